import { toRfc3339 } from '../database.ts'

/** A snapshot as the schema has it, so that its fields need no resolvers. */
export interface Snapshot {
  id: string
  name: string | null
  description: string | null
  state: string
  transitioning: string
  created: string
  managedVolumeUUID: string | null
  sizeBytes: string | null
  checksum: string | null
  volumeId: string
}

export interface Volume {
  id: string
  name: string
  state: string
  created: string
}

/** The same as the database has it. */
export interface SnapshotRow extends Omit<Snapshot, 'managedVolumeUUID' | 'sizeBytes' | 'volumeId'> {
  managed_volume_uuid: string | null
  size_bytes: string | null
  volume_id: string
}

export type VolumeRow = Volume

export function toSnapshot(row: SnapshotRow): Snapshot {
  return {
    id: `1s${row.id}`,
    name: row.name,
    description: row.description,
    state: spell(row.state),
    transitioning: spell(row.transitioning),
    created: toRfc3339(row.created),
    managedVolumeUUID: row.managed_volume_uuid,
    sizeBytes: row.size_bytes,
    checksum: row.checksum,
    volumeId: `1v${row.volume_id}`,
  }
}

export function toVolume(row: VolumeRow): Volume {
  return {
    id: `1v${row.id}`,
    name: row.name,
    state: spell(row.state),
    created: toRfc3339(row.created),
  }
}

/** The number in an id such as 1s12. */
export function numberIn(id: string): string {
  return id.slice(2)
}

const spellings = new Map<string, string>()

function spell(value: string): string {
  let spelling = spellings.get(value)
  if (spelling === undefined) {
    spelling = value.toUpperCase().replaceAll('-', '_')
    spellings.set(value, spelling)
  }
  return spelling
}
