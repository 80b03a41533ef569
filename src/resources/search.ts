import { getTableColumns } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { AccountScope } from '../database/account-scope.ts'
import type { Reading } from '../database/rows.ts'
import type { ResourceRow } from '../database/tables.ts'
import type { Condition } from './condition.ts'
import { isCursorOf, type OrderDirection } from './cursor.ts'
import { RequestError } from './errors.ts'
import { type Field, isValueOf, type Modifier, matchField } from './field-conditions.ts'
import { isLive, isLiveById, isLiveByKey } from './filter.ts'
import { type List, readPage, readPagesByParent, type TableOf } from './list.ts'
import { type Order, type Page, planPage } from './page.ts'

// Lists by any field, in any order: for interfaces that leave it to their callers what to look for. Those by few fields,
// which indexes serve, are in the rooms of the resources.

/** What can be searched. */
export interface Searchable<Row extends ResourceRow> {
  type: Row['kind']
  table: TableOf<Row>
  /** By the names that interfaces have for them. */
  fields: Readonly<Record<string, Field>>
}

/** That a field compares so with a value. */
export interface Comparison {
  field: string
  modifier: Modifier
  value: string
}

export interface Search {
  /** All must hold; those of fields that there are not say nothing. */
  comparisons: readonly Comparison[]
  /** Null, or a field that there is not: by id, ascending. */
  sort: { field: string; direction: OrderDirection } | null
  /** Rows that are wanted, at least 1. */
  size: number
  /** Where to go on: `next` of the page before. Null, or what is none of this search's order: from the beginning. */
  after: string | null
}

/** How many comparisons a search may have. */
export const maximumComparisons = 100

/**
 * Plans a search. Removed rows are left out unless it is about them: by `removed`, or by their state. Throws
 * BAD_USER_INPUT for too many comparisons.
 */
export function planSearch<Row extends ResourceRow>(
  searchable: Searchable<Row>,
  { comparisons, sort, size, after }: Search,
): List<Row> {
  const { table, fields } = searchable
  const conditions = conditionsOf(fields, comparisons)
  const order = orderOf(searchable, sort)
  const plan = planPage({ after: after !== null && isCursorOf(order, after) ? after : null }, order)
  return {
    table,
    plan: { ...plan, size: stepFrom(size) },
    filter: comparisons.some(isAboutRemoved)
      ? conditions
      : [liveIn(searchable, order, conditions), ...conditions],
  }
}

/** What the comparisons say. Throws BAD_USER_INPUT where there are too many. */
export function conditionsOf(
  fields: Searchable<never>['fields'],
  comparisons: readonly Comparison[],
): Condition[] {
  if (comparisons.length > maximumComparisons)
    throw new RequestError(
      'BAD_USER_INPUT',
      `a list may be filtered by at most ${maximumComparisons} conditions, not ${comparisons.length}`,
    )
  const seen = new Set<string>()
  return comparisons.flatMap(({ field, modifier, value }) => {
    if (!fields[field]) return []
    const condition = matchField(fields[field], modifier, value)
    const name = `${field}_${modifier}`
    // Repeated, one makes any number of statements: they are not kept.
    if (seen.has(name)) return { ...condition, serves: {} }
    seen.add(name)
    return condition
  })
}

/**
 * That rows are not removed, as the index says it that is to be taken: that of a key where one is given, whose rows are
 * few; of the order by id; else of the order.
 */
function liveIn<Row extends ResourceRow>(
  { table }: Searchable<Row>,
  { column }: Order<Row>,
  conditions: readonly Condition[],
): Condition {
  if (column !== null) return isLive(table)
  const byKey = conditions.some(({ serves }) => serves.CREATED === 'key')
  return byKey ? isLiveByKey : isLiveById
}

/** Reads the page, and where the next one begins; null: nowhere. Throws TOO_COSTLY, BAD_USER_INPUT. */
export async function search<Row extends ResourceRow>(
  scope: AccountScope,
  searchable: Searchable<Row>,
  wanted: Search,
  reading?: Reading,
): Promise<{ rows: Row[]; next: string | null }> {
  const page = await readPage(scope, planSearch(searchable, wanted), reading)
  const rows = page.rows.slice(0, wanted.size)
  const last = rows.at(-1)
  const goesOn = page.hasNextPage || rows.length < page.rows.length
  return { rows, next: goesOn && last ? page.cursor(last) : null }
}

/**
 * Reads for each parent, whose id a field has, up to so many of its rows, the oldest first; `hasNextPage` of those that
 * have more. Throws TOO_COSTLY.
 */
export async function searchOfParents<Row extends ResourceRow>(
  scope: AccountScope,
  searchable: Searchable<Row>,
  field: string,
  parentIds: readonly bigint[],
  size: number,
): Promise<Page<Row>[]> {
  const column = searchable.fields[field]?.column
  if (!column) throw new Error(`${searchable.type} has no column for ${field}`)
  // In the order of the index that has them.
  const sort = { field: 'created', direction: 'ASC' } as const
  const list = planSearch(searchable, { comparisons: [], sort, size, after: null })
  return readPagesByParent(scope, list, column, parentIds)
}

function isAboutRemoved({ field, modifier, value }: Comparison): boolean {
  return field === 'removed' || (field === 'state' && modifier === 'eq' && value === 'removed')
}

/** Sizes of pages that are read: each is a statement of its own, which the gateway and its connections keep. */
const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]

function stepFrom(size: number): number {
  return steps.find((step) => step >= size) ?? size
}

function orderOf<Row extends ResourceRow>(
  { type, table, fields }: Searchable<Row>,
  sort: Search['sort'],
): Order<Row> {
  const field = sort ? fields[sort.field] : undefined
  // All rows of an account have the same account.
  const isId = field?.column === table.id || field?.column === table.accountId
  const column = isId ? null : (field?.column ?? null)
  const isNullable = column === null || !column.notNull
  const key = keyOf(table, column)
  return {
    type,
    field: sort && column ? (field?.order ?? sort.field) : 'ID',
    direction: (field && sort?.direction) ?? 'ASC',
    column,
    as: field?.as,
    idColumn: table.id,
    nullable: isNullable,
    hasNulls: column !== null && isNullable,
    isValue: (text) => field !== undefined && isValueOf(field, text),
    position: (row) => ({
      value: key === null || field?.isShown?.(row) === false ? null : textOf(row[key]),
      id: row.id,
    }),
  }
}

/** What a row calls a column. */
function keyOf<Row extends ResourceRow>(table: TableOf<Row>, column: PgColumn | null): keyof Row | null {
  const found = Object.entries(getTableColumns(table)).find(([, one]) => one === column)
  return found ? (found[0] as keyof Row) : null
}

function textOf(value: unknown): string | null {
  return value === null ? null : String(value)
}
