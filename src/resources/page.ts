import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { RowValue, Order as SqlOrder } from '../database/account-statements.ts'
import { type Condition, either, ofColumn } from './condition.ts'
import { type CursorScope, decodeCursor, encodeCursor, type Position } from './cursor.ts'
import { RequestError } from './errors.ts'

export interface PageArguments {
  first?: number | null | undefined
  last?: number | null | undefined
  after?: string | null | undefined
  before?: string | null | undefined
}

/**
 * What a list is ordered by; ties are broken by id, in the same direction. Nulls come last in ASC, first in DESC, as
 * Postgres has it.
 */
export interface Order<Row> extends CursorScope {
  /** Null: by id alone, whose position has no value. */
  column: PgColumn | null
  /** What of the column; left out: its value. */
  as?: RowValue | undefined
  idColumn: PgColumn
  /** Whether the list has rows whose value is null; a cursor of another filter may have one all the same. */
  hasNulls: boolean
  position(row: Row): Position
}

/** A page to be read: which rows, how many, in which direction. */
export interface PagePlan<Row> {
  order: Order<Row>
  size: number
  backwards: boolean
  /** What the cursors say. */
  bounds: readonly Condition[]
  hasAfter: boolean
  hasBefore: boolean
}

export interface Page<Row> {
  rows: Row[]
  hasNextPage: boolean
  hasPreviousPage: boolean
  cursor(row: Row): string
}

/** How many rows a page has that nobody gave a size. */
export const defaultSize = 50
/** A greater size is refused. */
export const maximumSize = 100

/** Checks the arguments of a connection. Throws BAD_USER_INPUT for sizes out of range and for foreign cursors. */
export function planPage<Row>(args: PageArguments, order: Order<Row>): PagePlan<Row> {
  if (args.first != null && args.last != null)
    throw new RequestError('BAD_USER_INPUT', 'first and last cannot be given together')
  for (const [name, size] of [
    ['first', args.first],
    ['last', args.last],
  ] as const)
    if (size != null && (size < 0 || size > maximumSize))
      throw new RequestError('BAD_USER_INPUT', `${name} must be from 0 to ${maximumSize}, not ${size}`)
  const bounds: Condition[] = []
  if (args.after != null) bounds.push(beyond(order, decodeCursor(order, args.after, 'after'), 'after'))
  if (args.before != null) bounds.push(beyond(order, decodeCursor(order, args.before, 'before'), 'before'))
  return {
    order,
    size: args.last ?? args.first ?? defaultSize,
    backwards: args.last != null,
    bounds,
    hasAfter: args.after != null,
    hasBefore: args.before != null,
  }
}

/** How to read it: one row more than the page has tells whether the list goes on. */
export function pageOrder<Row>({ order, backwards, size }: PagePlan<Row>): {
  order: SqlOrder
  limit: number
} {
  const ascending = (order.direction === 'ASC') !== backwards
  const values = order.column ? [order.as ?? order.column, order.idColumn] : [order.idColumn]
  return { order: values.map((by) => ({ by, ascending })), limit: size + 1 }
}

/** Makes the page of the rows that `pageOrder` brought, in the order asked for also where it was read backwards. */
export function toPage<Row>(plan: PagePlan<Row>, found: readonly Row[]): Page<Row> {
  const rows = found.slice(0, plan.size)
  const more = found.length > plan.size
  if (plan.backwards) rows.reverse()
  return {
    rows,
    hasNextPage: plan.backwards ? plan.hasBefore : more,
    hasPreviousPage: plan.backwards ? more : plan.hasAfter,
    cursor: (row) => encodeCursor(plan.order, plan.order.position(row)),
  }
}

/** The rows strictly after (or before) a position, in the list's order. */
function beyond<Row>(order: Order<Row>, { value, id }: Position, side: 'after' | 'before'): Condition {
  const { column, as, idColumn, field } = order
  const greater = (order.direction === 'ASC') === (side === 'after')
  const compare = sql.raw(greater ? '>' : '<')
  const serves = { [field]: 'bounds' } as const
  const shape = `${greater ? '>' : '<'}${side}`
  const ofId = ofColumn(idColumn, id)
  if (column === null)
    return { shape: `${shape} id`, values: [ofId], sql: (id) => sql`${idColumn} ${compare} ${id}`, serves }
  const own = as ? as((column) => sql`${column}`) : sql`${column}`
  const amongValues = (value: SQL, id: SQL) => sql`(${own}, ${idColumn}) ${compare} (${value}, ${id})`
  const amongNulls = (id: SQL) => sql`(${own} is null and ${idColumn} ${compare} ${id})`
  // Nulls count as greater than every value.
  if (value !== null) {
    const values = [ofColumn(column, value), ofId]
    return order.hasNulls && greater
      ? either(
          shape,
          values,
          (value, id) => [amongValues(value as SQL, id as SQL), sql`${own} is null`],
          serves,
        )
      : { shape, values, sql: amongValues, serves }
  }
  const ofNulls = `${shape} null`
  return greater
    ? { shape: ofNulls, values: [ofId], sql: amongNulls, serves }
    : either(ofNulls, [ofId], (id) => [amongNulls(id), sql`${own} is not null`], serves)
}
