import type { CombinedError } from '@urql/core'
import { useEffect } from 'react'
import { useQuery } from 'urql'
import type { SnapshotsQuery } from '../gql/graphql.ts'
import { graphql } from '../gql/index.ts'
import type { LiveEvent } from '../live/follow-events.ts'
import { useAskedAgain } from '../live/use-asked-again.ts'
import { useKept } from '../ui/use-kept.ts'
import { goTo } from '../view/use-view.tsx'
import type { View } from '../view/view.ts'
import { listVariables } from './list-variables.ts'

const Snapshots = graphql(`
  query Snapshots(
    $first: Int
    $after: String
    $last: Int
    $before: String
    $filter: SnapshotFilter
    $orderBy: SnapshotOrder
  ) {
    snapshots(first: $first, after: $after, last: $last, before: $before, filter: $filter, orderBy: $orderBy) {
      nodes {
        id
        ...SnapshotRow
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`)

export interface SnapshotPage {
  /** Undefined until the first answer; that of the last view until there is one of this. */
  page: SnapshotsQuery['snapshots'] | undefined
  isOld: boolean
  error: CombinedError | undefined
  refresh: () => void
}

export function useSnapshotPage(view: View): SnapshotPage {
  const [{ data, error, fetching }, ask] = useQuery({
    query: Snapshots,
    variables: listVariables(view),
    requestPolicy: 'cache-and-network',
  })
  const page = useKept(data?.snapshots)
  const refresh = () => ask({ requestPolicy: 'network-only' })
  useAskedAgain({
    ask: refresh,
    isChangedBy: (event) => mayMove(event, view),
    hasFailed: error !== undefined,
  })

  // Whoever has paged back to the start sees the first page, with what is new, not the rows before some row.
  const isStart = view.before !== null && data && !data.snapshots.pageInfo.hasPreviousPage
  useEffect(() => {
    if (isStart) goTo({ before: null }, { replace: true })
  }, [isStart])

  return { page, isOld: fetching && !data, error, refresh }
}

/** Whether an event may have changed which rows there are, or their order; what is in them the cache knows. */
export function mayMove({ kind, from, to, volumeId }: LiveEvent, view: View): boolean {
  if (view.volume !== null && view.volume !== volumeId) return false
  const isNamed = view.name !== '' || view.order.startsWith('name')
  return from === null || to === 'REMOVED' || view.status !== null || (kind === 'UPDATE' && isNamed)
}
