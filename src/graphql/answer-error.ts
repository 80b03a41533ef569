import { GraphQLError, type GraphQLErrorExtensions } from 'graphql'
import { isStatementTimeout, isUnavailable } from '../database/sql-state.ts'
import { RequestError } from '../resources/errors.ts'

/** Seconds after which a client may try again. */
export const retryAfter = 5

/** Of a message: some of them repeat what was sent, once for each fault in it. */
const longest = 1000

/** What a request that cannot be answered now fails with. */
export function unavailable(message: string): Error {
  return new RequestError('UNAVAILABLE', message)
}

/** Whether it was made by `unavailable`, or means the same. */
export function tellsUnavailable(error: unknown): error is Error {
  return error instanceof RequestError && error.code === 'UNAVAILABLE'
}

/** An error as the caller may see it, and whether the original has to be logged: it was masked. */
interface AnsweredError {
  error: GraphQLError
  masked: boolean
}

/**
 * Turns whatever was thrown into a top-level error with a code. What was not meant for the caller is replaced:
 * no message of the database, of the storage or of a bug gets out, in any mode.
 */
export function answerError(thrown: GraphQLError): AnsweredError {
  const cause = originalOf(thrown)
  // Without a path it is the request as a whole that failed: it was not executed.
  const isWhole = thrown.path === undefined
  const as = (message: string, extensions: GraphQLErrorExtensions) =>
    new GraphQLError(message.length > longest ? `${message.slice(0, longest)}…` : message, {
      nodes: thrown.nodes ?? null,
      source: thrown.source ?? null,
      positions: thrown.positions ?? null,
      path: thrown.path ?? null,
      extensions,
    })
  const refusal = refusalIn(cause)
  if (refusal && refusal.code !== 'UNAVAILABLE') {
    const http = isWhole ? { http: { status: 400 } } : {}
    return { error: as(refusal.message, { code: refusal.code, ...refusal.details, ...http }), masked: false }
  }
  if (refusal || isUnavailable(cause)) {
    const message = refusal ? refusal.message : 'the database is not available now; try again soon'
    const http = { status: 503, headers: { 'retry-after': String(retryAfter) } }
    return { error: as(message, { code: 'UNAVAILABLE', http }), masked: !refusal || isUnavailable(cause) }
  }
  if (isStatementTimeout(cause))
    return { error: as('this took too long: ask for less at once', { code: 'TOO_COSTLY' }), masked: false }
  if (cause instanceof GraphQLError) {
    // Of graphql-js or Yoga: a request, a document or variables that they refuse. What else they tell stays here.
    // Yoga's `spec`: 200 after all where the answer is application/json, as is right for what is a request of GraphQL.
    const { code = 'BAD_USER_INPUT', http = isWhole ? { status: 400, spec: true } : undefined } =
      cause.extensions
    const status = code === 'BAD_REQUEST' ? { ...http, spec: false } : http
    return { error: as(thrown.message, { code, ...(status && { http: status }) }), masked: false }
  }
  return {
    error: as('Unexpected error.', { code: 'INTERNAL_SERVER_ERROR', http: { status: 500 } }),
    masked: true,
  }
}

/** Drizzle wraps what a statement failed with, be it the reason why its request was ended. */
function refusalIn(error: unknown): RequestError | null {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof RequestError) return at
  return null
}

/** What was thrown first: executors wrap it, some more than once. */
export function originalOf(error: unknown): unknown {
  let original = error
  while (original instanceof GraphQLError && original.originalError) original = original.originalError
  return original
}
