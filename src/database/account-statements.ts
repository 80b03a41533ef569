import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { columnList, type Reading, rowReader } from './rows.ts'
import { account, makeStatement, type Statement, unplanned } from './statement.ts'
import { type ResourceTable, type RowOf, volume } from './tables.ts'

// Statements over an account's rows that are made once, each bound to the account here. AccountScope says which it is
// when it asks one.

/** What rows are ordered by, first to last. */
export type Order = readonly { column: PgColumn; ascending: boolean }[]

/** Of a list, such as unnest($1) as range(value), whose entries `where` calls range; or by some conditions. */
export type Ranges = { of: SQL; where: SQL } | { alternatives: SQL[] }

/** Which rows to read, with placeholders for the values. */
export interface Selection<T extends ResourceTable> {
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
export function selectRows<T extends ResourceTable>(selection: Selection<T>): Statement<RowOf<T>> {
  return makeStatement(rowsOf(selection), rowReader(selection.table, selection.reading), selection)
}

/** A row that was read for one of several. */
export interface ForOne<Row> {
  /** Its place among them, from 0. */
  index: number
  row: Row
}

/**
 * Makes the statement that reads rows for each of several: `each` is a list of them, such as unnest($1::bigint[]), with
 * the names of its columns, which `where` calls by `ofEach`. The rows of one come in their order: of a limited lateral query
 * Postgres can only make a loop over the list.
 */
export function selectRowsForEach<T extends ResourceTable>(
  selection: Selection<T>,
  each: { of: SQL; columns: readonly string[] },
): Statement<ForOne<RowOf<T>>> {
  const read = rowReader(selection.table, selection.reading)
  const columns = sql.raw([...each.columns, 'place'].join(', '))
  return makeStatement(
    sql`select page.*, asker.place from ${each.of} with ordinality as asker(${columns})
      cross join lateral (${rowsOf(selection)}) as page`,
    (found, account) => ({ index: Number(found.at(-1)) - 1, row: read(found, account) }),
    selection,
  )
}

/** A column of the list of those that rows are read for. */
export function ofEach(column: string): SQL {
  return sql`asker.${sql.identifier(column)}`
}

function rowsOf<T extends ResourceTable>({
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
 * Makes the statement that inserts a row below another one: nothing where that one is not there. It is locked against
 * changes for as long as the statement runs, or its transaction: whoever changes it comes before or after.
 * `values`: by columns; `parent`: the column that has the id of the other one.
 */
export function insertBelow<T extends ResourceTable>(
  table: T,
  values: Readonly<Record<string, SQL | string | number>>,
  parent: { key: string; table: ResourceTable; where: SQL },
): Statement<RowOf<T>> {
  const columns = getTableColumns(table) as Record<string, PgColumn>
  const named = Object.keys(values).map((key) => sql.identifier(columns[key]?.name ?? ''))
  const into = [sql.identifier('account_id'), sql.identifier(columns[parent.key]?.name ?? ''), ...named]
  const bound = and(eq(parent.table.accountId, unplanned(account, 'bigint')), parent.where)
  return makeStatement(
    sql`insert into ${table} (${sql.join(into, sql`, `)})
      select ${account}::bigint, parent.id, ${sql.join(Object.values(values).map(asSelected), sql`, `)}
      from (select id from ${parent.table} where ${bound} for share) as parent
      returning ${columnList(table)}`,
    rowReader(table),
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
export function countRows(table: ResourceTable, where: SQL | undefined): Statement<number> {
  const bound = and(eq(table.accountId, account), where)
  return makeStatement(
    sql`select count(*) from ${table} where ${bound}`,
    ([count]) => Number(count),
    { isPrepared: false }, // counting takes longer than planning, and which index is best depends on the values
  )
}

/** Makes the statement that counts rows by their parents, the value `ids`; those without any are left out. */
export function countRowsByParent(
  table: ResourceTable,
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
  const parts = order.map(({ column, ascending }) => {
    const named =
      alias === undefined ? sql`${column}` : sql`${sql.identifier(alias)}.${sql.identifier(column.name)}`
    return ascending ? sql`${named} asc` : sql`${named} desc`
  })
  return sql` order by ${sql.join(parts, sql`, `)}`
}
