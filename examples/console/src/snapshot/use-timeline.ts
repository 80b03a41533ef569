import type { CombinedError } from '@urql/core'
import { useEffect, useEffectEvent, useState } from 'react'
import { useClient } from 'urql'
import type { FragmentType } from '../gql/fragment-masking.ts'
import { graphql } from '../gql/index.ts'
import { useLive, useLiveEvents } from '../live/live.tsx'
import type { TimelineEntryParts } from './timeline-entry.tsx'

const TimelineQuery = graphql(`
  query Timeline($snapshotId: ID!, $before: String) {
    snapshot(id: $snapshotId) {
      id
      events(last: 20, before: $before) {
        nodes {
          id
          ...TimelineEntry
        }
        pageInfo {
          hasPreviousPage
          startCursor
        }
      }
    }
  }
`)

type Entry = { id: string } & FragmentType<typeof TimelineEntryParts>

interface Loaded {
  /** Oldest first. */
  events: Entry[]
  /** Of the oldest; null where there is none older. */
  before: string | null
}

export interface TimelineState {
  /** Newest first. */
  events: Entry[]
  hasOlder: boolean
  isLoading: boolean
  error: CombinedError | undefined
  /** The newest, as long as there are none. */
  loadOlder: () => void
}

/**
 * Pages that were asked for, older ones by and by, and after them what the stream tells. It listens before it asks: what
 * comes meanwhile is in both, and shown once.
 */
export function useTimeline(snapshotId: string): TimelineState {
  const client = useClient()
  const { gaps, state } = useLive()
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [told, setTold] = useState<Entry[]>([])
  const [isLoading, setLoading] = useState(false)
  const [error, setError] = useState<CombinedError>()

  useLiveEvents((event) => {
    if (event.snapshotId === snapshotId) setTold((events) => [...events, event])
  })

  const load = async (known: Loaded | null) => {
    setLoading(true)
    const { data, error } = await client
      .query(TimelineQuery, { snapshotId, before: known?.before ?? null }, { requestPolicy: 'network-only' })
      .toPromise()
    setLoading(false)
    setError(error)
    const page = data?.snapshot?.events
    if (!page) return
    setLoaded({
      events: [...page.nodes, ...(known?.events ?? [])],
      before: page.pageInfo.hasPreviousPage ? (page.pageInfo.startCursor ?? null) : null,
    })
  }

  const loadNewest = useEffectEvent(() => load(null))
  // biome-ignore lint/correctness/useExhaustiveDependencies: after a gap, the newest are others
  useEffect(() => void loadNewest(), [gaps])
  const loadIfFailed = useEffectEvent(() => {
    if (error && loaded === null) void load(null)
  })
  useEffect(() => {
    if (state === 'live') loadIfFailed()
  }, [state])

  const events = new Map([...(loaded?.events ?? []), ...told].map((event) => [event.id, event]))
  return {
    events: [...events.values()].reverse(),
    hasOlder: loaded?.before != null,
    isLoading,
    error,
    loadOlder: () => {
      if (!isLoading) void load(loaded)
    },
  }
}
