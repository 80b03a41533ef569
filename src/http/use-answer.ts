import { inspect } from 'node:util'
import type { FastifyBaseLogger } from 'fastify'
import { type ExecutionResult, GraphQLError } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { answerError } from '../graphql/answer-error.ts'
import type { Context } from '../graphql/context.ts'
import type { RequestObserver } from './request-observer.ts'
import type { HttpContext } from './use-parameters.ts'

/**
 * Gives every answer its error codes, its request id beside errors, and the mark of a replayed mutation: also those to
 * requests that were never executed. What is masked is logged here, once.
 */
export function useAnswer(answer: Answerer): Plugin<Context & HttpContext, Context & HttpContext> {
  return {
    onResultProcess: ({ result, setResult, serverContext }) => {
      if (!Array.isArray(result) && !(Symbol.asyncIterator in result))
        setResult(answer(result, serverContext))
    },
  }
}

/** Makes of a result what its caller is told. */
export type Answerer = (result: ExecutionResult, context: Context & HttpContext) => ExecutionResult

/** Makes the function that does so, which logs what is masked. */
export function createAnswerer(log: FastifyBaseLogger, observer?: RequestObserver): Answerer {
  return (result, context) => {
    if (!result.errors && !context.replayed) return result
    const errors = result.errors?.map((thrown) => {
      const { error, log: level } = answerError(thrown)
      if (level !== null)
        log[level]({ reqId: context.requestId, err: thrown.originalError ?? thrown }, 'a request failed')
      const code = String(error.extensions.code)
      context.http.asked?.errors.add(code)
      observer?.graphqlError(code)
      return error
    })
    return {
      ...result,
      ...(errors && { errors }),
      extensions: {
        ...result.extensions,
        ...(errors && { requestId: context.requestId }),
        ...(context.replayed && { idempotentReplay: true }),
      },
    }
  }
}

/**
 * Yoga's masking, which keeps the fault for useAnswer to log. It sees what was thrown outside of execution, where that
 * need not be a GraphQLError, or an Error at all.
 */
export function maskError(thrown: unknown): GraphQLError {
  if (thrown instanceof GraphQLError) return thrown
  const originalError = thrown instanceof Error ? thrown : new Error(`thrown: ${inspect(thrown)}`)
  return new GraphQLError('Unexpected error.', { originalError })
}
