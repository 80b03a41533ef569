import { type BackupRow, backup } from '../database/tables.ts'
import { byCodePoints } from '../resources/field-conditions.ts'
import { resourceFields } from '../resources/resource-fields.ts'
import type { Searchable } from '../resources/search.ts'

const byKey = { CREATED: 'key' } as const

/** What backups can be searched and sorted by. */
export const searchableBackups: Searchable<BackupRow> = {
  type: 'backup',
  table: backup,
  fields: resourceFields('backup', backup, {
    checksum: byCodePoints(backup.checksum),
    name: { kind: 'text', column: backup.name },
    sizeBytes: { kind: 'integer', column: backup.sizeBytes },
    snapshotId: { kind: 'reference', type: 'snapshot', column: backup.snapshotId, serves: byKey },
    volumeId: { kind: 'reference', type: 'volume', column: backup.volumeId, serves: byKey },
  }),
}
