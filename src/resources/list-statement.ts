import { and, type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { type Ranges, selectRows } from '../database/account-statements.ts'
import type { Reading } from '../database/rows.ts'
import { type Statement, typed, unplanned, type Values } from '../database/statement.ts'
import type { ResourceTable, RowOf } from '../database/tables.ts'
import type { Condition } from './condition.ts'
import { type PagePlan, pageOrder } from './page.ts'
import { StatementCache } from './statement-cache.ts'

/** Statements of lists by their shapes; each is made once. */
const statements = new StatementCache()

/** What a page of a list is read by. */
interface ListOf<T extends ResourceTable> {
  table: T
  plan: PagePlan<never>
  conditions: readonly Condition[]
  /** Reads a page for each of some parents, which are the value `parents`. */
  parent?: PgColumn
  reading?: Reading | undefined
}

/**
 * The statement of a page. Where an index brings the rows as the list wants them, no other rows are read, however many
 * there are; where the index has them in several ranges, these are read each by itself and merged.
 */
export function pageStatement<T extends ResourceTable>(list: ListOf<T>): Statement<RowOf<T>> {
  const { plan, conditions, parent, reading } = list
  const { field, direction } = plan.order
  const shape = `${plan.order.type} ${field} ${direction} ${plan.backwards} ${plan.size} ${parent?.name} ${shapeOfReading(reading)} ${shapeOf(conditions)}`
  return statements.get(shape, (mayPrepare) => makePageStatement(list, mayPrepare)) as Statement<RowOf<T>>
}

/** Makes the statement, whatever was made before. */
export function makePageStatement<T extends ResourceTable>(
  { table, plan, conditions, parent, reading = {} }: ListOf<T>,
  mayPrepare = true,
): Statement<RowOf<T>> {
  const access = accessOf(conditions, plan.order.field, parent !== undefined)
  const isPrepared = access !== 'filter' && mayPrepare
  const placed = place(conditions, isPrepared ? unplanned : typed)
  // An index has the rows of one parent in order: each is a range, and there are none within.
  const apart = access !== 'filter' && !parent ? placed.find(({ condition }) => condition.ranges) : undefined
  const where = placed
    .filter((part) => part !== apart)
    .flatMap(({ condition, values }) => {
      const said = condition.sql(...values)
      const ofKey = condition.ofKey?.()
      if (!ofKey || access === 'order') return said
      return access === 'key' ? ofKey : [said, ofKey] // the planner may choose
    })
  const ranges = parent
    ? { of: parents, where: sql`${parent} = range.id`, merged: false }
    : apart && rangesOf(apart)
  return selectRows({
    table,
    where: and(...where),
    ...pageOrder(plan),
    ...(ranges && { ranges }),
    reading,
    isPrepared,
  })
}

const parents = sql`unnest(${unplanned(sql.placeholder('parents'), 'bigint[]')}) as range(id)`

/**
 * How a page is read. `order`, `key`: an index has all that is wanted and nothing else, in order, perhaps in several
 * ranges; with `key` it has a key before the order. `filter`: rows are read that are not wanted.
 */
function accessOf(
  conditions: readonly Condition[],
  field: string,
  hasParent: boolean,
): 'order' | 'key' | 'filter' {
  const served = conditions.map(({ serves }) => serves[field])
  const keys = served.filter((how) => how === 'key').length + (hasParent ? 1 : 0)
  if (served.includes(undefined) || keys > 1) return 'filter'
  return keys === 1 ? 'key' : 'order'
}

function rangesOf({ condition: { ranges }, values }: Placed): Ranges {
  if (!ranges) throw new Error('unreachable: it has ranges')
  return 'of' in ranges
    ? { of: ranges.of(...values), where: ranges.where, merged: true }
    : { alternatives: ranges.alternatives(...values), merged: true }
}

/** A condition and what stands for its values. */
interface Placed {
  condition: Condition
  values: SQL[]
}

function place(conditions: readonly Condition[], as: (value: Placeholder, type: string) => SQL): Placed[] {
  let place = 0
  return conditions.map((condition) => ({
    condition,
    values: condition.values.map(({ type }) => as(sql.placeholder(`v${place++}`), type)),
  }))
}

/** All conditions, as a statement that is made now has them. */
export function allOf(conditions: readonly Condition[]): SQL | undefined {
  return and(...place(conditions, typed).map(({ condition, values }) => condition.sql(...values)))
}

/** The values of the conditions, as the statement names them. */
export function valuesOf(conditions: readonly Condition[]): Values {
  const values: Record<string, unknown> = {}
  let place = 0
  for (const condition of conditions) for (const { value } of condition.values) values[`v${place++}`] = value
  return values
}

function shapeOf(conditions: readonly Condition[]): string {
  let shape = ''
  for (const condition of conditions) shape += `${condition.shape};`
  return shape
}

function shapeOfReading({ without = [], volume }: Reading = {}): string {
  return volume ? `${without} with volumes ${volume.without}` : `${without}`
}
