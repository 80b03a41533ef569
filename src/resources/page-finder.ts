import { and, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import {
  type Each,
  type ForOne,
  ofEach,
  type Ranges,
  rowsForEach,
  type Selection,
  selectRows,
  selectRowsForEach,
} from '../database/account-statements.ts'
import type { Reading } from '../database/rows.ts'
import type { Finder } from '../database/shared-statements.ts'
import { typed, unplanned } from '../database/statement.ts'
import type { OwnedTable, RowOf } from '../database/tables.ts'
import type { Condition, Serves } from './condition.ts'
import { FinderCache } from './finder-cache.ts'
import { type PagePlan, pageOrder } from './page.ts'
import { type KeyColumn, keyColumns, listOfKeys, type PageKey, standsFor, valuesOfKeys } from './page-keys.ts'
import { type Placed, place } from './placed-conditions.ts'

/** Finders of pages by their shapes; each is made once. */
const finders = new FinderCache()

/** Rows that several who ask are answered with at once, as each waits for all; more only where one asks for more. */
const rowsAtOnce = 500

/** What a page of a list is read by. */
interface ListOf<T extends OwnedTable> {
  table: T
  plan: PagePlan<never>
  conditions: readonly Condition[]
  /** The list is of the rows of one parent, whose id this column has. */
  parent?: PgColumn
  reading?: Reading | undefined
}

export type PageFinder<Row> = Finder<PageKey, Row>

/**
 * Finds pages. Where an index brings the rows as the list wants them, no other rows are read, however many there are;
 * where the index has them in several ranges, these are read each by itself and merged. Such pages are read together
 * that differ in their values alone, as long as their statement is prepared; others each by a statement of its own, except
 * those of several parents.
 */
export function pageFinder<T extends OwnedTable>(list: ListOf<T>): PageFinder<RowOf<T>> {
  const { plan, conditions, parent, reading } = list
  const { field, direction } = plan.order
  const shape = `${plan.order.type} ${field} ${direction} ${plan.backwards} ${plan.size} ${parent?.name} ${shapeOfReading(reading)} ${shapeOf(conditions)}`
  return finders.get(shape, (mayPrepare) => makePageFinder(list, mayPrepare)) as PageFinder<RowOf<T>>
}

/** Makes the finder, whatever was made before. */
export function makePageFinder<T extends OwnedTable>(
  { table, plan, conditions, parent, reading = {} }: ListOf<T>,
  mayPrepare = true,
): PageFinder<RowOf<T>> {
  const access = accessOf(conditions, plan.order.field, parent !== undefined)
  const isPrepared = access !== 'filter' && mayPrepare
  const columns = keyColumns(conditions, { hasParent: parent !== undefined, areOwn: isPrepared })
  const placed = place(conditions, (_, place) => standsFor(columns[place] as KeyColumn))
  // Of one parent no index has several ranges.
  const apart = access !== 'filter' && !parent ? placed.find(({ condition }) => condition.ranges) : undefined
  const where = placed
    .filter((part) => part !== apart)
    .flatMap(({ condition, values }) => {
      const said = condition.sql(...values)
      const ofKey = condition.ofKey?.()
      if (!ofKey || access === 'order') return said
      return access === 'key' ? ofKey : [said, ofKey] // the planner may choose
    })
  if (parent) where.unshift(sql`${parent} = ${ofEach('parent')}`)
  const selection: Selection<T> = {
    table,
    where: and(...where),
    ...pageOrder(plan),
    ...(apart && { ranges: rangesOf(apart) }),
    reading,
    isPrepared,
  }
  const each = listOfKeys(columns, isPrepared ? unplanned : typed)
  if (!each) return ofOneKey(selection, columns)
  const most =
    isPrepared && !apart?.condition.hasManyRanges ? Math.floor(rowsAtOnce / pageOrder(plan).limit) : 1
  return { ...ofEachKey(selection, each, columns), most: Math.max(1, most) }
}

/** Where keys have nothing of their own, all are the same. */
function ofOneKey<T extends OwnedTable>(
  selection: Selection<T>,
  columns: readonly KeyColumn[],
): Finder<PageKey, RowOf<T>, RowOf<T>> {
  return {
    statement: selectRows(selection),
    valuesOf: (keys) => valuesOfKeys(columns, keys),
    rowsOf: (keys, rows) => keys.map(() => rows),
    most: selection.isPrepared ? 100 : 1,
  }
}

function ofEachKey<T extends OwnedTable>(
  selection: Selection<T>,
  each: Each,
  columns: readonly KeyColumn[],
): Omit<Finder<PageKey, RowOf<T>, ForOne<RowOf<T>>>, 'most'> {
  return {
    statement: selectRowsForEach(selection, each),
    valuesOf: (keys) => valuesOfKeys(columns, keys),
    rowsOf: rowsForEach,
  }
}

/**
 * How a page is read. `order`, `key`: an index has all that is wanted and nothing else, in order, perhaps in several
 * ranges; with `key` it has a key before the order. `filter`: rows are read that are not wanted.
 */
function accessOf(
  conditions: readonly Condition[],
  field: string,
  hasParent: boolean,
): 'order' | 'key' | 'filter' {
  const said = conditions.map(({ serves }) => serves)
  const served = (hasParent ? [...said, ofParent] : said).map((serves) => serves[field])
  const keys = served.filter((how) => how === 'key').length
  if (served.includes(undefined) || keys > 1) return 'filter'
  return keys === 1 ? 'key' : 'order'
}

/** How indexes serve the parent. */
const ofParent: Serves = { CREATED: 'key', SEQUENCE: 'key' }

function rangesOf({ condition: { ranges }, values }: Placed): Ranges {
  if (!ranges) throw new Error('unreachable: it has ranges')
  return 'of' in ranges
    ? { of: ranges.of(...values), where: ranges.where }
    : { alternatives: ranges.alternatives(...values) }
}

function shapeOf(conditions: readonly Condition[]): string {
  let shape = ''
  for (const condition of conditions) shape += `${condition.shape};`
  return shape
}

function shapeOfReading({ without = [], volume }: Reading = {}): string {
  return volume ? `${without} with volumes ${volume.without}` : `${without}`
}
