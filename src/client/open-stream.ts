import { GatewayError } from './gateway-error.ts'
import { parseEventStream } from './parse-event-stream.ts'
import { type Answer, answerError, readAnswer } from './read-answer.ts'
import type { Asked, Send } from './send.ts'
import { until } from './until.ts'

/** An answer of a stream, and the response that it came with. */
export interface StreamedAnswer {
  answer: Answer
  response: Response
}

/**
 * Asks for a stream and reads it, by the protocol GraphQL over SSE ("distinct connections"), until the gateway completes
 * it. Throws GatewayError where it is refused, is lost, or is silent for so many seconds, heartbeats counting as sounds; and
 * the signal's reason. The connection is closed whichever way it ends.
 */
export async function* openStream(
  send: Send,
  asked: Pick<Asked, 'document' | 'variables'>,
  { signal, silence }: { signal: AbortSignal; silence: number },
): AsyncGenerator<StreamedAnswer, void> {
  const connection = new AbortController()
  const end = () => connection.abort(signal.reason)
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  // Only what is waited for can be late: a reader who takes his time loses no stream by it.
  const heard = async <Value>(sound: Promise<Value>): Promise<Value> => {
    const giveUp = () =>
      connection.abort(new GatewayError(`nothing was heard of the gateway for ${silence} s`))
    const timer = setTimeout(giveUp, silence * 1000)
    return until(sound, connection.signal).finally(() => clearTimeout(timer))
  }
  let isComplete = false
  let refusal: GatewayError | null = null
  try {
    const response = await heard(send({ ...asked, accept: 'text/event-stream', signal: connection.signal }))
    if (!response.body || !response.headers.get('content-type')?.startsWith('text/event-stream'))
      throw answerError(await heard(readAnswer(response)), response)
    // Read to its end even when it has told what is the last: a connection that is cut by the client holds up a gateway
    // that stops, as Node's fetch makes a new one in its place at once, and says nothing on it.
    for await (const { event, data } of parseEventStream(read(response.body, heard))) {
      if (event === 'complete') isComplete = true
      if (event !== 'next') continue
      const answer = JSON.parse(data) as Answer
      if (answer.data == null) refusal ??= answerError(answer, response)
      else yield { answer, response }
    }
    if (!isComplete) throw new GatewayError('the connection was lost: the stream ends without a reason')
  } catch (error) {
    throw refusal ?? (connection.signal.aborted ? connection.signal.reason : error)
  } finally {
    signal.removeEventListener('abort', end)
    connection.abort()
  }
  if (refusal) throw refusal
}

async function* read(
  body: ReadableStream<Uint8Array>,
  heard: <Value>(sound: Promise<Value>) => Promise<Value>,
): AsyncGenerator<Uint8Array, void> {
  const reader = body.getReader()
  try {
    for (;;) {
      const { done, value } = await heard(reader.read())
      if (done) return
      yield value
    }
  } catch (cause) {
    throw new GatewayError('the connection was lost', { cause })
  } finally {
    reader.cancel().catch(() => {}) // it has failed already
  }
}
