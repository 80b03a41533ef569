import type { Client } from '@urql/core'
import { pipe, subscribe } from 'wonka'
import { codesOf } from '../gateway/describe-failure.ts'
import type { LiveEventsSubscription } from '../gql/graphql.ts'
import { graphql } from '../gql/index.ts'

const LiveEvents = graphql(`
  subscription LiveEvents($after: String) {
    snapshotEvents(after: $after) {
      cursor
      event {
        id
        kind
        snapshotId
        volumeId
        from
        to
        ...TimelineEntry
        snapshot {
          id
          ...SnapshotRow
          ...SnapshotPanel
        }
      }
    }
  }
`)

const LatestCursor = graphql(`
  query LatestCursor {
    snapshotEvents(first: 0) {
      latestCursor
    }
  }
`)

export type LiveEvent = NonNullable<NonNullable<LiveEventsSubscription['snapshotEvents']>['event']>

/** The cursor is older than what is kept, or of a history that is not there any more. */
const refusedCursor = new Set<unknown>(['CURSOR_EXPIRED', 'BAD_USER_INPUT'])

export interface FollowOptions {
  /** The cursor to begin after. */
  after: string
  onEvent: (event: LiveEvent) => void
  /** What happened meanwhile is not kept any more: whatever is shown may be old. */
  onGap: () => void
}

export interface Following {
  stop: () => void
  pause: () => void
  /** Connects anew, at once. */
  restart: () => void
}

/** Follows the events of the account. The cache has taken in what an event says by the time that it is told of. */
export function followEvents(client: Client, { after, onEvent, onGap }: FollowOptions): Following {
  let cursor = after
  let isStopped = false
  /** Nothing was heard since it began anew: doing so again would be of no use. */
  let isFresh = false
  let stream: { unsubscribe: () => void } | undefined

  const start = () => {
    stream?.unsubscribe()
    stream = pipe(
      client.subscription(LiveEvents, { after: cursor }),
      subscribe(({ data, error }) => {
        const delivery = data?.snapshotEvents
        if (delivery) {
          cursor = delivery.cursor
          isFresh = false
          if (delivery.event) onEvent(delivery.event)
        } else if (!isFresh && codesOf(error).some((code) => refusedCursor.has(code))) void beginAnew()
      }),
    )
  }

  const beginAnew = async () => {
    const { data } = await client.query(LatestCursor, {}, { requestPolicy: 'network-only' }).toPromise()
    const latest = data?.snapshotEvents?.latestCursor
    if (isStopped || !latest) return
    cursor = latest
    isFresh = true
    onGap()
    start()
  }

  start()
  return {
    stop: () => {
      isStopped = true
      stream?.unsubscribe()
    },
    pause: () => stream?.unsubscribe(),
    restart: start,
  }
}
