import { type BackupRow, backup } from '../database/tables.ts'
import { byCodePoints } from '../resources/field-conditions.ts'
import type { Searchable } from '../resources/search.ts'

/** What backups can be searched and sorted by. */
export const searchableBackups: Searchable<BackupRow> = {
  type: 'backup',
  table: backup,
  fields: {
    id: { kind: 'reference', type: 'backup', column: backup.id },
    accountId: { kind: 'reference', type: 'account', column: backup.accountId },
    checksum: byCodePoints(backup.checksum),
    created: { kind: 'time', column: backup.created, order: 'CREATED' },
    description: byCodePoints(backup.description),
    kind: { kind: 'option', column: null, constant: 'backup' },
    name: { kind: 'text', column: backup.name },
    removed: { kind: 'time', column: backup.removed },
    sizeBytes: { kind: 'integer', column: backup.sizeBytes },
    snapshotId: {
      kind: 'reference',
      type: 'snapshot',
      column: backup.snapshotId,
      serves: { CREATED: 'key' },
    },
    state: { ...byCodePoints(backup.state), kind: 'option' },
    transitioning: { ...byCodePoints(backup.transitioning), kind: 'option' },
    transitioningMessage: byCodePoints(backup.transitioningMessage),
    transitioningProgress: { kind: 'integer', column: backup.transitioningProgress },
    uuid: { kind: 'uuid', column: backup.uuid },
    volumeId: { kind: 'reference', type: 'volume', column: backup.volumeId, serves: { CREATED: 'key' } },
  },
}
