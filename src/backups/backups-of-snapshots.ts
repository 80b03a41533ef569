import { and, eq, sql } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { selectRows } from '../database/account-statements.ts'
import { bigints } from '../database/arrays.ts'
import { inOrder } from '../database/in-order.ts'
import { type BackupRow, backup } from '../database/tables.ts'

const statement = selectRows({
  table: backup,
  where: and(
    sql`${backup.snapshotId} = any(${sql.placeholder('snapshotIds')}::bigint[])`,
    eq(backup.state, sql`'created'`), // as the index has it
  ),
})

/**
 * The backup of each snapshot, in their order; null for those without one. It is the one whose removal was not
 * accepted, of which a snapshot has at most one.
 */
export async function backupsOfSnapshots(
  scope: AccountScope,
  snapshotIds: readonly bigint[],
): Promise<(BackupRow | null)[]> {
  const found = await scope.ask(statement, { snapshotIds: bigints(snapshotIds) })
  return inOrder(snapshotIds, found, (row) => row.snapshotId)
}
