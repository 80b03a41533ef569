import { Column, getTableColumns, getTableName, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { ResourceTable, RowOf } from './tables.ts'

/** How a worker carries a row on: nothing that a caller is shown. */
const ofWork = new Set(['attempt', 'runAfter', 'leaseToken', 'leaseExpires', 'deadline'])

/** The columns of a table that callers are shown, by their names in a row; whose they are is known before. */
export function readColumns(table: ResourceTable): [key: string, column: PgColumn][] {
  const columns = Object.entries(getTableColumns(table)) as [string, PgColumn][]
  return columns.filter(([key]) => key !== 'accountId' && !ofWork.has(key))
}

/** Them as a list in SQL. */
export function columnList(table: ResourceTable): SQL {
  return sql.join(
    readColumns(table).map(([, column]) => sql`${column}`),
    sql`, `,
  )
}

/** Makes rows of what the server sends for such a list, which begins at column `offset`. */
export function rowReader<T extends ResourceTable>(
  table: T,
  offset = 0,
): (columns: readonly unknown[], accountId: bigint) => RowOf<T> {
  const kind = getTableName(table)
  const columns = readColumns(table).map(([key, column]) => ({ key, decode: decoderOf(column) }))
  return (found, accountId) => {
    const row: Record<string, unknown> = { kind, accountId }
    for (let i = 0; i < columns.length; i++) {
      const { key, decode } = columns[i] as (typeof columns)[number]
      const value = found[offset + i]
      row[key] = value === null || decode === null ? value : decode(value)
    }
    return row as RowOf<T>
  }
}

/** Null where the text that the server sends is the value. */
function decoderOf(column: PgColumn): ((value: unknown) => unknown) | null {
  if (column.mapFromDriverValue === Column.prototype.mapFromDriverValue) return null
  return (value) => column.mapFromDriverValue(value)
}
