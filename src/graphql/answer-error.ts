import { GraphQLError, type GraphQLErrorExtensions } from 'graphql'
import { describeFailure, type Failure, retryAfter } from '../resources/failure.ts'

/** Of a message: some of them repeat what was sent, once for each fault in it. */
const longest = 1000

/** An error as the caller may see it, and how the original is to be logged; null: not at all. */
interface AnsweredError {
  error: GraphQLError
  log: Failure['log']
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
  const failure = describeFailure(cause)
  // Of graphql-js or Yoga: a request, a document or variables that they refuse. What else they tell stays here.
  if (failure.code === 'INTERNAL' && cause instanceof GraphQLError) {
    // Yoga's `spec`: 200 after all where the answer is application/json, as is right for what is a request of GraphQL.
    const { code = 'BAD_USER_INPUT', http = isWhole ? { status: 400, spec: true } : undefined } =
      cause.extensions
    const status = code === 'BAD_REQUEST' ? { ...http, spec: false } : http
    return { error: as(thrown.message, { code, ...(status && { http: status }) }), log: null }
  }
  return { error: as(failure.message, extensionsOf(failure, isWhole)), log: failure.log }
}

function extensionsOf({ code, details }: Failure, isWhole: boolean): GraphQLErrorExtensions {
  if (code === 'INTERNAL') return { code: 'INTERNAL_SERVER_ERROR', http: { status: 500 } }
  if (code === 'UNAVAILABLE')
    return { code, http: { status: 503, headers: { 'retry-after': String(retryAfter) } } }
  return { code, ...details, ...(isWhole && { http: { status: 400 } }) }
}

/** What was thrown first: executors wrap it, some more than once. */
export function originalOf(error: unknown): unknown {
  let original = error
  while (original instanceof GraphQLError && original.originalError) original = original.originalError
  return original
}
