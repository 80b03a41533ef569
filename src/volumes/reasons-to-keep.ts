import { isNull } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { snapshot } from '../database/tables.ts'

/**
 * Why each of the volumes cannot be removed, whatever its state, in their order: it has snapshots that are not
 * removed. Null for those that have none.
 */
export async function reasonsToKeep(
  scope: AccountScope,
  volumeIds: readonly bigint[],
): Promise<(string | null)[]> {
  // One snapshot of each is enough, however many there are.
  const selection = { where: isNull(snapshot.removed), orderBy: [], limit: 1 }
  const found = await scope.rowsByParent(snapshot, snapshot.volumeId, volumeIds, selection)
  const inUse = new Set(found.map((row) => row.volumeId))
  return volumeIds.map((id) => (inUse.has(id) ? 'the volume still has snapshots; remove them first' : null))
}
