import type { FastifyBaseLogger } from 'fastify'
import type { ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { answerError } from '../graphql/answer-error.ts'
import type { Context } from '../graphql/context.ts'

/** Gives every answer its error codes, its request id beside errors, and the mark of a replayed mutation. */
export function useAnswer(log: FastifyBaseLogger): Plugin<Context> {
  const answer = (result: ExecutionResult, context: Context): ExecutionResult => {
    if (!result.errors && !context.replayed) return result
    const errors = result.errors?.map((thrown) => {
      const { error, masked } = answerError(thrown)
      if (masked)
        log.error({ reqId: context.requestId, err: thrown.originalError ?? thrown }, 'a request failed')
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
  return {
    onExecute: ({ args }) => ({
      onExecuteDone: ({ result, setResult }) => {
        if (!(Symbol.asyncIterator in result)) setResult(answer(result, args.contextValue as Context))
      },
    }),
    // Documents that were not executed: syntax and validation.
    onExecutionResult: ({ result, setResult, context }) => {
      if (!result || Array.isArray(result) || Symbol.asyncIterator in result) return
      const { errors, extensions } = result as ExecutionResult
      if (errors && extensions?.requestId === undefined)
        setResult(answer(result as ExecutionResult, context as unknown as Context))
    },
  }
}
