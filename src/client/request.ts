import { type Backoff, waitAfter } from './backoff.ts'
import { GatewayError } from './gateway-error.ts'
import { pause } from './pause.ts'
import { answerError, readAnswer } from './read-answer.ts'
import { isRepeatable } from './repeatable.ts'
import type { Send } from './send.ts'
import type { TypedDocument } from './typed-document.ts'

export interface RequestOptions {
  /** Ends it: it rejects with the signal's reason. A mutation may have been done all the same. */
  signal?: AbortSignal | undefined
  /**
   * Sends it again, as it is, as long as it is answered UNAVAILABLE or the like, or not at all: at most 10 times in all,
   * over a minute or two, which a `signal` of `AbortSignal.timeout` shortens. Then the last error is thrown. A mutation
   * needs an `idempotencyKey` for that, or it might be done twice: one without is refused with a TypeError. The key is
   * yours to choose, not made here, as one that you keep beside what you do is good after a crash of yours too.
   */
  retry?: boolean | undefined
}

const attempts = 10

/** Asks and returns the data. Throws GatewayError where there are errors, also if there is some data beside them. */
export async function request<Result, Variables>(
  { send, backoff }: { send: Send; backoff: Backoff },
  document: TypedDocument<Result, Variables>,
  variables: Variables | undefined,
  { signal, retry = false }: RequestOptions = {},
): Promise<Result> {
  if (retry && !isRepeatable(document, variables))
    throw new TypeError('only a mutation with an idempotencyKey can be tried again: give it one')
  for (let failures = 1; ; failures++) {
    try {
      return await ask(send, document, variables, signal)
    } catch (error) {
      const isOver = !retry || failures === attempts
      if (isOver || !(error instanceof GatewayError) || !error.isRetryable) throw error
      await pause(waitAfter(error, failures, backoff), signal)
    }
  }
}

async function ask<Result, Variables>(
  send: Send,
  document: TypedDocument<Result, Variables>,
  variables: Variables | undefined,
  signal: AbortSignal | undefined,
): Promise<Result> {
  // Of the two media types the one whose status tells how it went.
  const accept = 'application/graphql-response+json, application/json;q=0.9'
  const response = await send({ document, variables, accept, signal })
  const answer = await readAnswer(response).catch((error: unknown) => {
    throw signal?.aborted ? signal.reason : error
  })
  if (answer.errors || answer.data == null) throw answerError(answer, response)
  return answer.data as Result
}
