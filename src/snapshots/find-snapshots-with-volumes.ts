import type { AccountScope } from '../database/account-scope.ts'
import { selectRows } from '../database/account-statements.ts'
import { bigints } from '../database/arrays.ts'
import { type SnapshotRow, snapshot } from '../database/tables.ts'
import { hasOneOf } from '../resources/find-by-ids.ts'
import { inOrder } from '../resources/in-order.ts'

const statement = selectRows({ table: snapshot, where: hasOneOf(snapshot), withVolume: true })

/** The snapshots with these ids, each with its volume, in their order; null where the account has none. */
export async function findSnapshotsWithVolumes(
  scope: AccountScope,
  ids: readonly bigint[],
): Promise<(SnapshotRow | null)[]> {
  return inOrder(ids, await scope.ask(statement, { ids: bigints(ids) }), (row) => row.id)
}
