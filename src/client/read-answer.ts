import { type AnsweredError, GatewayError } from './gateway-error.ts'

/** A result of GraphQL. */
export interface Answer {
  data?: unknown
  errors?: readonly AnsweredError[]
  extensions?: { requestId?: string; [name: string]: unknown }
}

/** Reads the result that a response holds. Throws GatewayError where it holds none, or does not come to its end. */
export async function readAnswer(response: Response): Promise<Answer> {
  let text: string
  try {
    text = await response.text()
  } catch (cause) {
    throw new GatewayError('the connection was lost before the whole answer had come', { cause })
  }
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer === 'object' && answer !== null && ('data' in answer || 'errors' in answer))
      return answer as Answer
  } catch {
    // Of a proxy, for example.
  }
  throw new GatewayError(`this is no answer of a gateway: HTTP status ${response.status}`, facts(response))
}

/** What an answer with errors is thrown as. */
export function answerError({ data, errors = [], extensions }: Answer, response: Response): GatewayError {
  const { requestId, ...others } = facts(response)
  return new GatewayError(errors.map(({ message }) => message).join('; ') || 'the answer has no data', {
    ...others,
    requestId: requestId ?? extensions?.requestId ?? null, // pages of other origins do not see the header
    errors,
    data,
  })
}

function facts({ status, headers }: Response) {
  return {
    status,
    requestId: headers.get('x-request-id'),
    retryAfter: readRetryAfter(headers.get('retry-after')),
  }
}

/** Seconds, or a date, as proxies send it too. */
function readRetryAfter(header: string | null): number | null {
  if (header === null) return null
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000
  return Number.isNaN(seconds) ? null : Math.max(0, seconds)
}
