import { Column, getTableColumns, getTableName, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { type OwnedTable, type RowOf, volume } from './tables.ts'

/** How a worker carries a row of a resource on: nothing that a caller is shown. */
const ofWork = new Set(['attempt', 'runAfter', 'leaseToken', 'leaseExpires', 'deadline'])
const none = new Set<string>()

/** Columns that a page can do without where nobody asks for them: to read them takes longer than all else. */
const parts = {
  uuid: ['uuid'],
  stored: ['managedVolumeUuid', 'sizeBytes', 'checksum'],
  place: ['driver', 'path'],
} as const
export type Part = keyof typeof parts

/** The columns of a table that callers are shown, by their names in a row; whose they are is known before. */
function readColumns(table: OwnedTable, without: readonly Part[] = []): [key: string, column: PgColumn][] {
  const leftOut = new Set<string>(without.flatMap((part) => parts[part]))
  const hidden = 'leaseToken' in table ? ofWork : none
  const columns = Object.entries(getTableColumns(table)) as [string, PgColumn][]
  return columns.filter(([key]) => key !== 'accountId' && !hidden.has(key) && !leftOut.has(key))
}

/** Them as a list in SQL, short: the driver looks a statement up by its whole text. `of`: a name before each. */
export function columnList(table: OwnedTable, without?: readonly Part[], of?: string): SQL {
  const before = of === undefined ? '' : `${of}.`
  return sql.raw(
    readColumns(table, without)
      .map(([, column]) => before + column.name)
      .join(', '),
  )
}

export interface Reading {
  /** What rows are read without. Whoever asks one for it nevertheless is told that it is not there. */
  without?: readonly Part[] | undefined
  /** Reads the volume of each row along, in the columns after its own: without these parts. */
  volume?: { without: readonly Part[] } | undefined
}

/** Makes rows of what the server sends for such lists. */
export function rowReader<T extends OwnedTable>(
  table: T,
  { without, volume: ofVolume }: Reading = {},
): (columns: readonly unknown[], account: bigint) => RowOf<T> {
  const Row = rowClassOf(table)
  const places = placesOf(table, without, 0)
  if (!ofVolume) return (found, accountId) => new Row(found, places, accountId) as unknown as RowOf<T>
  const Volume = rowClassOf(volume)
  const placesOfVolume = placesOf(volume, ofVolume.without, readColumns(table, without).length)
  return (found, accountId) => {
    const row = new Row(found, places, accountId)
    row.volume = new Volume(found, placesOfVolume, accountId)
    return row as unknown as RowOf<T>
  }
}

/** Where each column of a table is in what the server sent, in the order of readColumns; -1 where it was not read. */
type Places = readonly number[]

function placesOf(table: OwnedTable, without: readonly Part[] | undefined, offset: number): Places {
  const read = readColumns(table, without).map(([key]) => key)
  return readColumns(table).map(([key]) => (read.includes(key) ? offset + read.indexOf(key) : -1))
}

/** A row over what the server sent: of most, few columns are asked for, and each is decoded when it is. */
interface Row {
  readonly found: readonly unknown[]
  readonly places: Places
  volume: Row | undefined
}

type RowClass = new (found: readonly unknown[], places: Places, accountId: bigint) => Row

const classes = new Map<OwnedTable, RowClass>()

/** One for each table, however it is read: what reads rows is then compiled for rows of one kind. */
function rowClassOf(table: OwnedTable): RowClass {
  const known = classes.get(table)
  if (known) return known
  const kind = kindOf(table)
  class RowOfTable implements Row {
    readonly found: readonly unknown[]
    readonly places: Places
    readonly accountId: bigint
    volume: Row | undefined

    constructor(found: readonly unknown[], places: Places, accountId: bigint) {
      this.found = found
      this.places = places
      this.accountId = accountId
      this.volume = undefined
    }
  }
  Object.defineProperty(RowOfTable.prototype, 'kind', { value: kind, enumerable: true })
  for (const [index, [key, column]] of readColumns(table).entries()) {
    const decode = decoderOf(column)
    const get = function (this: Row) {
      const value = this.found[this.places[index] as number]
      if (value === undefined) throw new Error(`${kind}.${key} was not read`)
      return value === null || decode === null ? value : decode(value)
    }
    Object.defineProperty(RowOfTable.prototype, key, { get, enumerable: true })
  }
  classes.set(table, RowOfTable)
  return RowOfTable
}

/** What rows of a table say that they are: by its name, such as snapshotEvent. */
export function kindOf(table: OwnedTable): string {
  return getTableName(table).replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
}

/** Null where what the server sends is the value. */
function decoderOf(column: PgColumn): ((value: unknown) => unknown) | null {
  if (column.mapFromDriverValue === Column.prototype.mapFromDriverValue) return null
  if (column.columnType === 'PgBigInt64') return toBigInt
  return (value) => column.mapFromDriverValue(value)
}

/** By a number where that is exact: BigInt leaves the compiled code to read a text, which can take several times as long. */
function toBigInt(text: unknown): bigint {
  return BigInt((text as string).length > 15 ? (text as string) : Number(text))
}
