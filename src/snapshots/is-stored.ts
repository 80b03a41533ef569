import type { SnapshotRow } from '../database/tables.ts'

/** Whether its archive is whole: size and checksum are kept while it is taken, and say nothing before. */
export function isStored({ managedVolumeUuid }: Pick<SnapshotRow, 'managedVolumeUuid'>): boolean {
  return managedVolumeUuid !== null
}
