import { sql } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { selectRows } from '../database/account-statements.ts'
import { bigints } from '../database/arrays.ts'
import { isLiveOfKey, snapshot } from '../database/tables.ts'

// One snapshot of each volume is enough, however many there are.
const statement = selectRows({
  table: snapshot,
  where: isLiveOfKey,
  limit: 1,
  ranges: {
    of: sql`unnest(${sql.placeholder('volumeIds')}::bigint[]) as range(id)`,
    where: sql`${snapshot.volumeId} = range.id`,
    merged: false,
  },
})

/**
 * Why each of the volumes cannot be removed, whatever its state, in their order: it has snapshots that are not
 * removed. Null for those that have none.
 */
export async function reasonsToKeep(
  scope: AccountScope,
  volumeIds: readonly bigint[],
): Promise<(string | null)[]> {
  const found = await scope.ask(statement, { volumeIds: bigints(volumeIds) })
  const inUse = new Set(found.map((row) => row.volumeId))
  return volumeIds.map((id) => (inUse.has(id) ? 'the volume still has snapshots; remove them first' : null))
}
