import { type ExecutionResult, type FormattedExecutionResult, GraphQLError, subscribe } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { Context } from '../graphql/context.ts'
import type { KnownOperations } from './known-operations.ts'
import { gone } from './requests.ts'
import type { Answerer } from './use-answer.ts'
import { tell } from './use-known-operations.ts'
import type { HttpContext } from './use-parameters.ts'

/** Whether the answer of a request may be a stream, and that stream where it is one. */
export interface Streamed {
  stream: { isAccepted: boolean; results?: AsyncIterable<FormattedExecutionResult> }
}

type Served = Context & HttpContext & Streamed

/**
 * Subscribes for what Yoga has found valid, and leaves the results to be sent to whoever asks the context for them.
 * Whatever ends them is told by the last one.
 */
export function useStreams(
  known: KnownOperations,
  costLimit: number,
  answer: Answerer,
): Plugin<Served, Served> {
  return {
    onSubscribe: ({ args: { document, operationName, variableValues, contextValue }, setSubscribeFn }) => {
      if (!contextValue.stream.isAccepted)
        throw new GraphQLError('A subscription is answered with text/event-stream: accept that.', {
          extensions: { code: 'BAD_REQUEST', http: { status: 406 } },
        })
      const operation = known.of(document, operationName)
      if (operation === null) return
      tell(contextValue.http.asked, operation)
      operation.refuseCostly(variableValues ?? {}, costLimit, Number.POSITIVE_INFINITY)
      setSubscribeFn((args) => {
        contextValue.stream.results = answered(args, answer)
        return { data: null } // to Yoga it is done
      })
    },
  }
}

async function* answered(
  args: Parameters<typeof subscribe>[0],
  answer: Answerer,
): AsyncGenerator<FormattedExecutionResult, void> {
  const tellOf = (result: ExecutionResult) => format(answer(result, args.contextValue as Served))
  try {
    const results = await subscribe(args)
    if (!(Symbol.asyncIterator in results)) yield tellOf(results)
    else for await (const result of results) yield tellOf(result)
  } catch (error) {
    if ((args.contextValue as Served).bond.reason === gone) return
    const originalError = error instanceof Error ? error : new Error('thrown: no error', { cause: error })
    yield tellOf({ errors: [new GraphQLError(originalError.message, { originalError })] })
  }
}

/** What errors say of the status of an answer is not for its readers. */
function format({ errors, ...result }: ExecutionResult): FormattedExecutionResult {
  if (!errors) return result
  const formatted = errors.map((error) => {
    const { extensions: { http: _, ...extensions } = {}, ...shown } = error.toJSON()
    return { ...shown, extensions }
  })
  return { errors: formatted, ...result }
}
