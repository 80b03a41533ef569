import type { FragmentType } from '../gql/fragment-masking.ts'
import { graphql, unmask } from '../gql/index.ts'
import { formatBytes } from '../ui/format-bytes.ts'
import { Time } from '../ui/time.tsx'
import { useView, ViewLink } from '../view/use-view.tsx'
import { SnapshotStatus } from './snapshot-status.tsx'

const SnapshotRowParts = graphql(`
  fragment SnapshotRow on Snapshot {
    id
    name
    created
    sizeBytes
    volume {
      id
      name
    }
    backup {
      id
    }
    ...SnapshotStatus
  }
`)

export interface SnapshotRowProps {
  snapshot: FragmentType<typeof SnapshotRowParts>
}

export function SnapshotRow({ snapshot: masked }: SnapshotRowProps) {
  const snapshot = unmask(SnapshotRowParts, masked)
  const { id, name, created, sizeBytes, volume, backup } = snapshot
  const view = useView()
  const isOpen = view.snapshot === id
  return (
    <tr data-open={isOpen}>
      <th scope="row">
        <ViewLink to={{ snapshot: id }} id={`row-${id}`} aria-current={isOpen ? 'true' : undefined}>
          {name ?? id}
        </ViewLink>
        <span className="below">
          {name == null ? 'unnamed' : id}
          {view.volume === null && ` · ${volume.name}`}
        </span>
      </th>
      <td data-label="State">
        <SnapshotStatus snapshot={snapshot} />
      </td>
      <td data-label="Size" className="number">
        {sizeBytes == null ? <span className="none">–</span> : formatBytes(sizeBytes)}
      </td>
      <td data-label="Created">
        <Time value={created} />
      </td>
      <td data-label="Backup">{backup ? 'Yes' : <span className="none">No</span>}</td>
    </tr>
  )
}
