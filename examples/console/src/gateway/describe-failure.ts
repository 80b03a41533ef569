import type { CombinedError } from '@urql/core'

/** Why there is no answer, for people. */
export interface Failure {
  title: string
  detail: string
  /** The gateway has it in its log. */
  requestId: string | null
}

export function codesOf(error: CombinedError | undefined): unknown[] {
  return error?.graphQLErrors.map(({ extensions }) => extensions.code) ?? []
}

export function describeFailure(error: CombinedError): Failure {
  const response: Response | undefined = error.response
  const requestId = response?.headers?.get('x-request-id') ?? null
  const [first] = error.graphQLErrors
  if (!first) return { ...describeSilence(response), requestId }
  const detail = error.graphQLErrors.map(({ message }) => message).join(' ')
  return {
    title: titles[String(first.extensions.code)] ?? 'The gateway has refused this.',
    detail,
    requestId,
  }
}

const titles: Record<string, string> = {
  UNAUTHENTICATED: 'The gateway does not accept the key or token.',
  FORBIDDEN: 'Your role does not allow this.',
  TOO_MANY_REQUESTS: 'Too many requests: try again in a minute.',
  TOO_COSTLY: 'This is more than the gateway answers at once.',
  UNAVAILABLE: 'The gateway cannot answer now.',
  INTERNAL_SERVER_ERROR: 'The gateway has failed.',
}

/** A browser does not tell a page whether nobody answered, or somebody who does not want to talk to it. */
function describeSilence(response: Response | undefined): Omit<Failure, 'requestId'> {
  if (response?.status)
    return { title: 'This was no answer of a gateway.', detail: `HTTP status ${response.status}.` }
  return {
    title: 'The gateway cannot be reached.',
    detail: `Is it running, and is ${location.origin} one of its CORS_ORIGINS?`,
  }
}
