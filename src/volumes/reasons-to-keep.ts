import { and, eq, sql } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { ofEach, selectRowsForEach } from '../database/account-statements.ts'
import { bigints } from '../database/arrays.ts'
import { unplanned } from '../database/statement.ts'
import { isLiveOfKey, snapshot } from '../database/tables.ts'

// One snapshot of each volume is enough, however many there are.
const statement = selectRowsForEach(
  { table: snapshot, where: and(eq(snapshot.volumeId, ofEach('id')), isLiveOfKey), limit: 1 },
  { of: sql`unnest(${unplanned(sql.placeholder('volumeIds'), 'bigint[]')})`, columns: ['id'] },
)

/**
 * Why each of the volumes cannot be removed, whatever its state, in their order: it has snapshots that are not
 * removed. Null for those that have none.
 */
export async function reasonsToKeep(
  scope: AccountScope,
  volumeIds: readonly bigint[],
): Promise<(string | null)[]> {
  const found = await scope.ask(statement, { volumeIds: bigints(volumeIds) })
  const inUse = new Set(found.map(({ index }) => index))
  return volumeIds.map((_, index) =>
    inUse.has(index) ? 'the volume still has snapshots; remove them first' : null,
  )
}
