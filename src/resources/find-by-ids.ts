import { sql } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { selectRows } from '../database/account-statements.ts'
import { bigints } from '../database/arrays.ts'
import { inOrder } from '../database/in-order.ts'
import type { Finder } from '../database/look-ups.ts'
import type { Reading } from '../database/rows.ts'
import { backup, type ResourceTable, type RowOf, snapshot, volume } from '../database/tables.ts'

/** Makes the statements that find the rows of a table; `reading`: what of them, and with what. */
export function finderOf<T extends ResourceTable>(table: T, reading: Reading = {}): Finder<RowOf<T>> {
  const [id, ids] = [sql.placeholder('id'), sql.placeholder('ids')]
  return {
    one: selectRows({ table, where: sql`${table.id} = ${id}`, reading }),
    // As a query: with the list itself Postgres would plan anew each time, for how long it is.
    many: selectRows({
      table,
      where: sql`${table.id} = any(array(select unnest(${ids}::bigint[])))`,
      reading,
    }),
  }
}

/** The rows with these ids, in their order; null where the account has none. */
export async function findByIds<Row extends { id: bigint }>(
  scope: AccountScope,
  finder: Finder<Row>,
  ids: readonly bigint[],
): Promise<(Row | null)[]> {
  const [id] = ids
  if (id !== undefined && ids.length === 1) return [await scope.find(finder, id)]
  return inOrder(ids, await scope.ask(finder.many, { ids: bigints(ids) }), (row) => row.id)
}

export const volumes = finderOf(volume)
export const snapshots = finderOf(snapshot)
export const snapshotsWithVolumes = finderOf(snapshot, { volume: { without: [] } })
export const backups = finderOf(backup)
