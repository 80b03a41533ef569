import { eq, sql } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { type BackupRow, backup } from '../database/tables.ts'
import { findByIds, finderBy } from '../resources/find-by-ids.ts'

export const backupsBySnapshots = finderBy({
  table: backup,
  column: backup.snapshotId,
  where: eq(backup.state, sql`'created'`), // as the index has it
  idOf: ({ snapshotId }) => snapshotId,
})

/**
 * The backup of each snapshot, in their order; null for those without one. It is the one whose removal was not
 * accepted, of which a snapshot has at most one.
 */
export function backupsOfSnapshots(
  scope: AccountScope,
  snapshotIds: readonly bigint[],
): Promise<(BackupRow | null)[]> {
  return findByIds(scope, backupsBySnapshots, snapshotIds)
}
