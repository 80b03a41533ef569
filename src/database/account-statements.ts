import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { columnList, type Reading, rowReader } from './rows.ts'
import { account, makeStatement, type Statement, unplanned } from './statement.ts'
import { type OwnedTable, type ResourceTable, type RowOf, volume } from './tables.ts'

// Statements over an account's rows that are made once, each bound to the account here. AccountScope says which it is
// when it asks one.

/** A value that is made of columns of a row, which `of` names. */
export type RowValue = (of: (column: PgColumn) => SQL) => SQL

/** What rows are ordered by, first to last. */
export type Order = readonly { by: PgColumn | RowValue; ascending: boolean }[]

/** Of a list, such as unnest($1) as range(value), whose entries `where` calls range; or by some conditions. */
export type Ranges = { of: SQL; where: SQL } | { alternatives: SQL[] }

/** Which rows to read, with placeholders for the values. */
export interface Selection<T extends OwnedTable> {
  table: T
  where?: SQL | undefined
  order?: Order
  limit?: number
  /** Several ranges of an index in place of one: each is read apart, by `where`, in order and up to the limit, and merged. */
  ranges?: Ranges
  /** What of the rows to read, and whether their volumes along. Left out: all, and no volumes. */
  reading?: Reading
  /** Left out: yes. No for statements whose best plan depends on the values. */
  isPrepared?: boolean
}

/** Makes the statement that reads rows. */
export function selectRows<T extends OwnedTable>(selection: Selection<T>): Statement<RowOf<T>> {
  return makeStatement(rowsOf(selection), rowReader(selection.table, selection.reading), selection)
}

/** A list of those that something is done for, such as unnest($1::bigint[]), and the names of its columns. */
export interface Each {
  of: SQL
  columns: readonly string[]
}

/** A row for one of several. */
export interface ForOne<Row> {
  /** Its place among them, from 0. */
  index: number
  row: Row
}

/** The rows of each of several, in the order in which they were found. */
export function rowsForEach<Row>(several: readonly unknown[], found: readonly ForOne<Row>[]): Row[][] {
  const rows = several.map((): Row[] => [])
  for (const { index, row } of found) rows[index]?.push(row)
  return rows
}

/**
 * Makes the statement that reads rows for each of several, whose list's columns `where` calls by `ofEach`. The rows of one
 * come in their order: of a limited lateral query Postgres can only make a loop over the list.
 */
export function selectRowsForEach<T extends OwnedTable>(
  selection: Selection<T>,
  each: Each,
): Statement<ForOne<RowOf<T>>> {
  return forOne(
    sql`select page.*, asker.place from ${listed(each)} cross join lateral (${rowsOf(selection)}) as page`,
    rowReader(selection.table, selection.reading),
    selection,
  )
}

/** The list with the place of each, from 1. */
function listed({ of, columns }: Each): SQL {
  return sql`${of} with ordinality as asker(${sql.raw([...columns, 'place'].join(', '))})`
}

/** Makes a statement whose last column is that place. */
function forOne<Row>(
  statement: SQL,
  read: Statement<Row>['row'],
  options: Parameters<typeof makeStatement>[2],
): Statement<ForOne<Row>> {
  return makeStatement(
    statement,
    (found, account) => ({ index: Number(found.at(-1)) - 1, row: read(found, account) }),
    options,
  )
}

/** A column of the list. */
export function ofEach(column: string): SQL {
  return sql`asker.${sql.identifier(column)}`
}

function rowsOf<T extends OwnedTable>({
  table,
  where,
  order = [],
  limit,
  ranges,
  reading = {},
  isPrepared = true,
}: Selection<T>): SQL {
  const end = limit === undefined ? sql`` : sql.raw(` limit ${limit}`)
  const owner = isPrepared ? unplanned(account, 'bigint') : account
  const range = (condition?: SQL) => {
    const bound = and(eq(table.accountId, owner), condition, where)
    return sql`select ${columnList(table, reading.without)} from ${table} where ${bound}${orderBy(order)}${end}`
  }
  const rows = ranges
    ? sql`select page.* from ${rangesOf(ranges, range)}${orderBy(order, 'page')}${end}`
    : range()
  if (!reading.volume) return rows
  // Limited, so that the volume of each row is looked up: for fifty rows a hash of all volumes might be made.
  const ofVolume = sql`select ${columnList(volume, reading.volume.without)} from ${volume}
    where ${and(eq(volume.accountId, owner), sql`${volume.id} = rows.volume_id`)} limit 1`
  return sql`select rows.*, parent.* from (${rows}) as rows cross join lateral (${ofVolume}) as parent${orderBy(order, 'rows')}`
}

/**
 * Makes the statement that inserts a row of a volume for each of several, and answers with it and the volume; not for those
 * whose volume is not there. `each`: the list of them, whose columns `values` call by `ofEach`; one is `volume_id`. `values`:
 * by columns. `record`: inserts something about the rows `by` what it is given, which has their columns and `of` the list
 * these. The volumes are locked against changes for as long as the statement runs, or its transaction: whoever changes
 * one comes before or after. `skipsLocked`: one that somebody changes is as if it were not there; else it is waited for.
 */
export function insertRowsOfVolumes<T extends ResourceTable & { volumeId: PgColumn }>(
  table: T,
  {
    each,
    where,
    values,
    record,
    skipsLocked,
  }: {
    each: Each
    where: SQL
    values: Readonly<Record<string, SQL | string | number>>
    record: { of: readonly string[]; by(changed: SQL): SQL }
    skipsLocked: boolean
  },
): Statement<ForOne<RowOf<T>>> {
  const columns = getTableColumns(table) as Record<string, PgColumn>
  const into = Object.keys(values).map((key) => sql.identifier(columns[key]?.name ?? ''))
  const named = Object.values(values).map(
    (value, at) => sql`${asSelected(value)} as value${sql.raw(`${at}`)}`,
  )
  const bound = and(
    eq(volume.accountId, unplanned(account, 'bigint')),
    sql`${volume.id} = ${ofEach('volume_id')}`,
    where,
  )
  const told = sql.raw(record.of.join(', '))
  const changed = sql`(select ${account}::bigint as account_id, inserted.*, ${told}
    from parent join inserted on inserted.uuid = made) as changed`
  const wait = sql.raw(skipsLocked ? ' skip locked' : '')
  // The uuid tells which row is whose. Limited, so that each volume is looked up.
  return forOne(
    sql`with parent as (
        select ${columnList(volume, [], 'volume')}, asker.place, gen_random_uuid() as made, ${sql.join(named, sql`, `)}, ${told}
        from ${listed(each)} cross join lateral (
          select ${columnList(volume)} from ${volume} where ${bound} limit 1 for share${wait}) as volume
      ), inserted as (
        insert into ${table} (account_id, volume_id, uuid, ${sql.join(into, sql`, `)})
        select ${account}::bigint, id, made, ${sql.raw(named.map((_, at) => `value${at}`).join(', '))} from parent
        returning ${columnList(table)}
      ), recorded as (${record.by(changed)})
      select inserted.*, ${columnList(volume, [], 'parent')}, place
      from parent join inserted on inserted.uuid = made`,
    rowReader(table, { volume: { without: [] } }),
    { isChange: true },
  )
}

/** A constant that stands in a select, where its column does not give it a type. */
function asSelected(value: SQL | string | number): SQL {
  if (typeof value === 'number') return sql.raw(String(value))
  return typeof value === 'string' ? sql`${value}::text` : value
}

/**
 * Makes the statement that lists the different texts of a column, which an index begins with: from the value `from`
 * on, before the value `to`, at most `limit` of them. It looks each one up, and reads no rows between.
 */
export function distinctTexts(table: ResourceTable, column: PgColumn, where: SQL): Statement<string> {
  const owner = unplanned(account, 'bigint')
  const to = unplanned(sql.placeholder('to'), 'text')
  const next = (after: SQL) => sql`select min(${column}) from ${table}
    where ${and(eq(table.accountId, owner), where, sql`${column} ${after}`, sql`${column} < ${to}`)}`
  return makeStatement(
    sql`with recursive texts(text) as (
        (${next(sql`>= ${unplanned(sql.placeholder('from'), 'text')}`)})
        union all select (${next(sql`> texts.text`)}) from texts where texts.text is not null)
      select text from texts where text is not null limit ${sql.placeholder('limit')}::int`,
    ([text]) => text as string,
  )
}

/** Makes the statement that counts rows. */
export function countRows(table: OwnedTable, where: SQL | undefined): Statement<number> {
  const bound = and(eq(table.accountId, account), where)
  return makeStatement(
    sql`select count(*) from ${table} where ${bound}`,
    ([count]) => Number(count),
    { isPrepared: false }, // counting takes longer than planning, and which index is best depends on the values
  )
}

/** Makes the statement that counts rows by their parents, the value `ids`; those without any are left out. */
export function countRowsByParent(
  table: OwnedTable,
  parent: PgColumn,
  where: SQL | undefined,
): Statement<{ parent: bigint; count: number }> {
  const bound = and(
    eq(table.accountId, account),
    sql`${parent} = any(${sql.placeholder('ids')}::bigint[])`,
    where,
  )
  return makeStatement(
    sql`select ${parent}, count(*) from ${table} where ${bound} group by ${parent}`,
    ([parent, count]) => ({ parent: BigInt(String(parent)), count: Number(count) }),
    { isPrepared: false },
  )
}

function rangesOf(ranges: Ranges, rows: (condition: SQL) => SQL): SQL {
  if ('of' in ranges) return sql`${ranges.of} cross join lateral (${rows(ranges.where)}) as page`
  const parts = ranges.alternatives.map((condition) => sql`(${rows(condition)})`)
  return sql`(${sql.join(parts, sql` union all `)}) as page`
}

function orderBy(order: Order, alias?: string): SQL {
  if (order.length === 0) return sql``
  const of = (column: PgColumn) =>
    alias === undefined ? sql`${column}` : sql`${sql.identifier(alias)}.${sql.identifier(column.name)}`
  const parts = order.map(({ by, ascending }) => {
    const value = typeof by === 'function' ? by(of) : of(by)
    return ascending ? sql`${value} asc` : sql`${value} desc`
  })
  return sql` order by ${sql.join(parts, sql`, `)}`
}
