import type { SnapshotsQuery } from '../gql/graphql.ts'
import { goTo, useView } from '../view/use-view.tsx'
import { orders } from '../view/view.ts'
import { SkeletonRows } from './skeleton-rows.tsx'
import { SnapshotRow } from './snapshot-row.tsx'

export interface SnapshotTableProps {
  /** Undefined while they are waited for. */
  snapshots: SnapshotsQuery['snapshots']['nodes'] | undefined
  /** They are those of the last view. */
  isOld: boolean
}

export function SnapshotTable({ snapshots, isOld }: SnapshotTableProps) {
  const { order } = useView()
  return (
    <table className="snapshots" aria-busy={isOld || !snapshots}>
      <caption className="visually-hidden">Snapshots: {orders[order]}</caption>
      <thead>
        <tr>
          <SortableHeader by="name" label="Name" first="name-asc" other="name-desc" />
          <th scope="col">State</th>
          <th scope="col" className="number">
            Size
          </th>
          <SortableHeader by="created" label="Created" first="created-desc" other="created-asc" />
          <th scope="col">Backup</th>
        </tr>
      </thead>
      <tbody>
        {snapshots?.map((snapshot) => <SnapshotRow key={snapshot.id} snapshot={snapshot} />) ?? (
          <SkeletonRows />
        )}
      </tbody>
    </table>
  )
}

type Order = keyof typeof orders

interface SortableHeaderProps {
  by: string
  label: string
  first: Order
  other: Order
}

function SortableHeader({ by, label, first, other }: SortableHeaderProps) {
  const { order } = useView()
  const direction = order.endsWith('asc') ? 'ascending' : 'descending'
  const sorted = order.startsWith(by) ? direction : undefined
  return (
    <th scope="col" aria-sort={sorted}>
      <button type="button" className="sort" onClick={() => goTo({ order: order === first ? other : first })}>
        {label}
      </button>
    </th>
  )
}
