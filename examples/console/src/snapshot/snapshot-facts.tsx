import type { FragmentType } from '../gql/fragment-masking.ts'
import { graphql, unmask } from '../gql/index.ts'
import { formatBytes } from '../ui/format-bytes.ts'
import { Time } from '../ui/time.tsx'

const SnapshotFactsParts = graphql(`
  fragment SnapshotFacts on Snapshot {
    id
    uuid
    created
    removeTime
    sizeBytes
    checksum
    managedVolumeUUID
    volume {
      id
      name
    }
  }
`)

export interface SnapshotFactsProps {
  snapshot: FragmentType<typeof SnapshotFactsParts>
}

export function SnapshotFacts({ snapshot }: SnapshotFactsProps) {
  const facts = unmask(SnapshotFactsParts, snapshot)
  const { id, uuid, created, removeTime, sizeBytes, checksum, managedVolumeUUID, volume } = facts
  return (
    <dl className="facts">
      <dt>Id</dt>
      <dd>{id}</dd>
      <dt>Volume</dt>
      <dd>
        {volume.name} <span className="none">{volume.id}</span>
      </dd>
      <dt>Created</dt>
      <dd>
        <Time value={created} withSeconds />
      </dd>
      {removeTime && (
        <>
          <dt>Removed</dt>
          <dd>
            <Time value={removeTime} withSeconds />
          </dd>
        </>
      )}
      <dt>Size</dt>
      <dd>{sizeBytes == null ? '–' : `${formatBytes(sizeBytes)} (${sizeBytes} bytes)`}</dd>
      <dt>Checksum</dt>
      <dd>{checksum ? <code>{checksum}</code> : '–'}</dd>
      <dt>UUID</dt>
      <dd>
        <code>{uuid}</code>
      </dd>
      <dt>Managed volume</dt>
      <dd>{managedVolumeUUID ? <code>{managedVolumeUUID}</code> : '–'}</dd>
    </dl>
  )
}
