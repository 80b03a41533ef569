import { and, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { AccountScope } from '../database/account-scope.ts'
import { selectRows } from '../database/account-statements.ts'
import { bigints } from '../database/arrays.ts'
import type { Reading } from '../database/rows.ts'
import type { Finder } from '../database/shared-statements.ts'
import { unplanned } from '../database/statement.ts'
import { backup, type OwnedTable, type RowOf, snapshot, snapshotEvent, volume } from '../database/tables.ts'

type IdFinder<Row> = Finder<bigint, Row, Row>

/** Finds the rows of a table by their own ids; `reading`: what of them, and with what. */
export function finderOf<T extends OwnedTable>(table: T, reading: Reading = {}): IdFinder<RowOf<T>> {
  return finderBy({ table, column: table.id, idOf: ({ id }) => id, reading })
}

interface By<T extends OwnedTable> {
  table: T
  /** Which has the ids; each of at most one row. */
  column: PgColumn
  where?: SQL
  idOf(row: RowOf<T>): bigint
  reading?: Reading
}

/** Finds the rows of a table by ids that a column has. */
export function finderBy<T extends OwnedTable>({
  table,
  column,
  where,
  idOf,
  reading = {},
}: By<T>): IdFinder<RowOf<T>> {
  // Cast, or the rows of the query that the list stands in would be taken for it.
  const isOne = sql`${column} = any(${unplanned(sql.placeholder('ids'), 'bigint[]')}::bigint[])`
  return {
    statement: selectRows({ table, where: and(isOne, where), reading }),
    valuesOf: (ids) => ({ ids: bigints([...new Set(ids)]) }),
    rowsOf: (ids, rows) => {
      const byId = new Map(rows.map((row) => [idOf(row), [row]]))
      return ids.map((id) => byId.get(id) ?? [])
    },
    most: 100,
  }
}

/** The row of each id, in their order; null where the account has none. */
export async function findByIds<Row>(
  scope: AccountScope,
  finder: IdFinder<Row>,
  ids: readonly bigint[],
): Promise<(Row | null)[]> {
  return (await scope.find(finder, ids)).map(([row]) => row ?? null)
}

export const volumes = finderOf(volume)
export const snapshots = finderOf(snapshot)
export const snapshotsWithVolumes = finderOf(snapshot, { volume: { without: [] } })
export const backups = finderOf(backup)
export const events = finderOf(snapshotEvent)
