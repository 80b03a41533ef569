import { and, eq } from 'drizzle-orm'
import { type AccountScope, anyOf } from '../database/account-scope.ts'
import { type BackupRow, backup } from '../database/tables.ts'
import { inOrder } from '../resources/in-order.ts'

/**
 * The backup of each snapshot, in their order; null for those without one. It is the one whose removal was not
 * accepted, of which a snapshot has at most one.
 */
export async function backupsOfSnapshots(
  scope: AccountScope,
  snapshotIds: readonly bigint[],
): Promise<(BackupRow | null)[]> {
  const where = and(anyOf(backup.snapshotId, snapshotIds), eq(backup.state, 'created'))
  return inOrder(snapshotIds, await scope.rows(backup, { where }), (row) => row.snapshotId)
}
