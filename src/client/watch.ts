import { type Backoff, waitAfter } from './backoff.ts'
import { type AnsweredError, GatewayError } from './gateway-error.ts'
import { openStream, type StreamedAnswer } from './open-stream.ts'
import {
  type SnapshotEventFilter,
  WatchSnapshotEventsDocument,
  type WatchSnapshotEventsSubscription,
} from './operations.ts'
import { pause } from './pause.ts'
import { answerError } from './read-answer.ts'
import type { Send } from './send.ts'
import type { TypedDocument } from './typed-document.ts'

/** What a document for watching selects at least, under this name. */
export interface Watched {
  snapshotEvents: { cursor: string; event: object | null } | null
}

export interface WatchVariables {
  after?: string | null | undefined
  filter?: SnapshotEventFilter | null | undefined
}

/** What has become of a watch, for whoever wants to show it. */
export type WatchStatus =
  | { state: 'connecting' }
  /** Its first delivery has come. */
  | { state: 'open' }
  /** It was cut off, by this, and goes on by itself after so many seconds. */
  | { state: 'waiting'; error: GatewayError; seconds: number }

export interface WatchOptions<Result extends Watched = WatchSnapshotEventsSubscription> {
  /** A cursor of a delivery, or `latestCursor`. Left out: from now on. */
  after?: string | null | undefined
  filter?: SnapshotEventFilter | null | undefined
  /** Ends it, as `break` does: at once, without an error. */
  signal?: AbortSignal | undefined
  onStatus?: ((status: WatchStatus) => void) | undefined
  /** One's own, to select more of the events: `subscription ($after: String, $filter: SnapshotEventFilter) { … }`. */
  document?: TypedDocument<Result, WatchVariables> | undefined
}

/**
 * An event, with the cursor to go on after it; without one a bookmark: keep its cursor all the same. Errors are those of
 * fields that could not be read, and are null.
 */
export type Delivery<Result extends Watched = WatchSnapshotEventsSubscription> = NonNullable<
  Result['snapshotEvents']
> & { errors?: readonly AnsweredError[] }

export interface Watching {
  send: Send
  backoff: Backoff
  /** Seconds after which a connection that says nothing counts as dead; heartbeats come every 12. */
  silence: number
  /** Whether a credential that is refused may be another the next time. */
  renewsCredential: boolean
}

/**
 * Follows the history of snapshots: each event once and in order. What cuts it off and may get better (a lost connection, a
 * gateway that stops, UNAVAILABLE, a reader that was too slow) it survives, and goes on after the last delivery. It ends
 * by throwing GatewayError for what stays as it is: CURSOR_EXPIRED, BAD_USER_INPUT, UNAUTHENTICATED, FORBIDDEN.
 */
export async function* watch<Result extends Watched>(
  { send, backoff, silence, renewsCredential }: Watching,
  options: WatchOptions<Result>,
): AsyncGenerator<Delivery<Result>, void> {
  const { document = WatchSnapshotEventsDocument, filter, onStatus = () => {} } = options
  const signal = options.signal ?? new AbortController().signal
  let { after } = options
  let failures = 0
  while (!signal.aborted) {
    const began = performance.now()
    let isOpen = false
    let lost: GatewayError
    onStatus({ state: 'connecting' })
    try {
      for await (const streamed of openStream(
        send,
        { document, variables: { after, filter } },
        { signal, silence },
      )) {
        const delivery = readDelivery<Result>(streamed)
        if (!isOpen) onStatus({ state: 'open' })
        isOpen = true
        // A bookmark that only repeats where it began is no progress: what fails right after it waits ever longer.
        if (delivery.cursor !== after) failures = 0
        after = delivery.cursor
        yield delivery
        if (signal.aborted) return
      }
      lost = new GatewayError('the stream was completed without a reason')
    } catch (error) {
      if (signal.aborted) return
      if (!(error instanceof GatewayError)) throw error
      // A token has run out while it was used: the next one is asked for. Whoever is refused from the start stays so.
      const hasNewCredential = renewsCredential && isOpen && error.codes.includes('UNAUTHENTICATED')
      if (!error.isRetryable && !hasNewCredential) throw error
      lost = error
    }
    if (isOpen && performance.now() - began > silence * 1000) failures = 0
    failures++
    const seconds = waitAfter(lost, failures, backoff)
    onStatus({ state: 'waiting', error: lost, seconds })
    await pause(seconds, signal).catch(() => {}) // aborted, which ends the loop
  }
}

/** Throws GatewayError where it is none: an event that errors have made null is not to be taken for a bookmark. */
function readDelivery<Result extends Watched>({ answer, response }: StreamedAnswer): Delivery<Result> {
  const { data, errors } = answer
  const delivery = (data as Result | null | undefined)?.snapshotEvents
  if (!delivery || (errors && delivery.event === null)) throw answerError(answer, response)
  return errors ? { ...delivery, errors } : delivery
}
