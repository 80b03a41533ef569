import { Readable } from 'node:stream'
import type { FormattedExecutionResult } from 'graphql'

/** The media type of server-sent events. */
export const eventStreamType = 'text/event-stream'

/** Whether an Accept header lets an answer be a stream of events. */
export function acceptsEventStream(accept = '*/*'): boolean {
  return accept
    .toLowerCase()
    .split(',')
    .some((range) => {
      const [pattern = '', ...parameters] = range.split(';').map((part) => part.trim())
      const isRefused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter))
      return !isRefused && ['*/*', 'text/*', eventStreamType].includes(pattern)
    })
}

/** Headers beside the media type: nobody keeps it, and no proxy (nginx knows the last) holds it back. */
export const eventStreamHeaders = { 'cache-control': 'no-cache, no-transform', 'x-accel-buffering': 'no' }

/** A line that says nothing but that the stream is alive. */
export const heartbeat = ':\n\n'

/**
 * Results as server-sent events, in the form of the protocol GraphQL over SSE ("distinct connections"): each is an event
 * `next`, and the end is an event `complete`. It is read as fast as the client takes it.
 */
export function toEventStream(results: AsyncIterable<FormattedExecutionResult>): Readable {
  return Readable.from(frames(results), { objectMode: false })
}

async function* frames(results: AsyncIterable<FormattedExecutionResult>): AsyncGenerator<string, void> {
  yield heartbeat // some browsers tell of an answer only once there is something of it
  for await (const result of results) yield frame('next', JSON.stringify(result))
  yield frame('complete', '')
}

/** A single answer, as those get it who accept nothing else. */
export function asEventStream(body: string): string {
  return frame('next', body) + frame('complete', '')
}

function frame(event: string, data: string): string {
  return `event: ${event}\ndata: ${data}\n\n`
}
