import { useQuery } from 'urql'
import { graphql } from '../gql/index.ts'
import { useAskedAgain } from '../live/use-asked-again.ts'
import type { View } from '../view/view.ts'
import { filterOf } from './list-variables.ts'
import { mayMove } from './use-snapshot-page.ts'

// Apart from the rows: to count many takes long, and must not hold them up.
const Count = graphql(`
  query SnapshotCount($filter: SnapshotFilter) {
    snapshots(first: 0, filter: $filter) {
      totalCount
    }
  }
`)

export function SnapshotCount({ view }: { view: View }) {
  const [{ data, error }, ask] = useQuery({
    query: Count,
    variables: { filter: filterOf(view) },
    requestPolicy: 'cache-and-network',
  })
  useAskedAgain({
    ask: () => ask({ requestPolicy: 'network-only' }),
    isChangedBy: (event) => mayMove(event, view),
    hasFailed: error !== undefined,
  })
  const count = data?.snapshots.totalCount
  if (count == null) return null // not yet, or too many to be counted
  return (
    <span className="count">
      {count.toLocaleString()} {count === 1 ? 'snapshot' : 'snapshots'}
    </span>
  )
}
