import { sql } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { selectRows } from '../database/account-statements.ts'
import { bigints } from '../database/arrays.ts'
import type { Reading } from '../database/rows.ts'
import type { Statement } from '../database/statement.ts'
import { backup, type ResourceTable, type RowOf, snapshot, volume } from '../database/tables.ts'
import { inOrder } from './in-order.ts'

/** Finds rows by their ids. */
export interface Finder<T extends ResourceTable> {
  /** Postgres keeps no plan for a list, as it would have to guess its length: that costs more than to run the other. */
  one: Statement<RowOf<T>>
  many: Statement<RowOf<T>>
}

/** Makes the statements that find the rows of a table; `reading`: what of them, and with what. */
export function finderOf<T extends ResourceTable>(table: T, reading: Reading = {}): Finder<T> {
  const [id, ids] = [sql.placeholder('id'), sql.placeholder('ids')]
  return {
    one: selectRows({ table, where: sql`${table.id} = ${id}`, reading }),
    many: selectRows({ table, where: sql`${table.id} = any(${ids}::bigint[])`, reading }),
  }
}

/** The rows with these ids, in their order; null where the account has none. */
export async function findByIds<T extends ResourceTable>(
  scope: AccountScope,
  finder: Finder<T>,
  ids: readonly bigint[],
): Promise<(RowOf<T> | null)[]> {
  const [id] = ids
  if (id !== undefined && ids.length === 1) {
    const [row] = await scope.ask(finder.one, { id })
    return [row ?? null]
  }
  return inOrder(ids, await scope.ask(finder.many, { ids: bigints(ids) }), (row) => row.id)
}

export const volumes = finderOf(volume)
export const snapshots = finderOf(snapshot)
export const snapshotsWithVolumes = finderOf(snapshot, { volume: { without: [] } })
export const backups = finderOf(backup)
