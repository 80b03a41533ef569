import { Column, getTableColumns, getTableName, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { type ResourceTable, type RowOf, volume } from './tables.ts'

/** How a worker carries a row on: nothing that a caller is shown. */
const ofWork = new Set(['attempt', 'runAfter', 'leaseToken', 'leaseExpires', 'deadline'])

/** The columns of a table that callers are shown, by their names in a row; whose they are is known before. */
export function readColumns(table: ResourceTable): [key: string, column: PgColumn][] {
  const columns = Object.entries(getTableColumns(table)) as [string, PgColumn][]
  return columns.filter(([key]) => key !== 'accountId' && !ofWork.has(key))
}

/** Them as a list in SQL, short: the driver looks a statement up by its whole text. */
export function columnList(table: ResourceTable): SQL {
  return sql.raw(
    readColumns(table)
      .map(([, column]) => column.name)
      .join(', '),
  )
}

/** Makes rows of what the server sends for such a list; `withVolume`: and for that of the volume after it. */
export function rowReader<T extends ResourceTable>(
  table: T,
  { withVolume = false } = {},
): (columns: readonly unknown[], account: bigint) => RowOf<T> {
  const Row = rowClass(table, 0)
  if (!withVolume) return (found, accountId) => new Row(found, accountId) as unknown as RowOf<T>
  const Volume = rowClass(volume, readColumns(table).length)
  return (found, accountId) => {
    const row = new Row(found, accountId)
    row.volume = new Volume(found, accountId)
    return row as unknown as RowOf<T>
  }
}

/** A row over what the server sent: of most, few columns are asked for, and each is decoded when it is. */
class Row {
  readonly kind: string
  readonly accountId: bigint
  readonly found: readonly unknown[]
  volume: Row | undefined

  constructor(kind: string, accountId: bigint, found: readonly unknown[]) {
    this.kind = kind
    this.accountId = accountId
    this.found = found
  }
}

/** Makes the class of a table's rows, whose columns begin at `offset`. */
function rowClass(
  table: ResourceTable,
  offset: number,
): new (
  found: readonly unknown[],
  accountId: bigint,
) => Row {
  const kind = getTableName(table)
  class RowOfTable extends Row {
    constructor(found: readonly unknown[], accountId: bigint) {
      super(kind, accountId, found)
    }
  }
  for (const [index, [key, column]] of readColumns(table).entries()) {
    const at = offset + index
    const decode = decoderOf(column)
    const get = decode
      ? function (this: Row) {
          const value = this.found[at]
          return value === null ? null : decode(value)
        }
      : function (this: Row) {
          return this.found[at]
        }
    Object.defineProperty(RowOfTable.prototype, key, { get, enumerable: true })
  }
  return RowOfTable
}

/** Null where what the server sends is the value. */
function decoderOf(column: PgColumn): ((value: unknown) => unknown) | null {
  if (column.mapFromDriverValue === Column.prototype.mapFromDriverValue) return null
  return (value) => column.mapFromDriverValue(value)
}
