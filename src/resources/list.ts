import type { PgColumn } from 'drizzle-orm/pg-core'
import type { AccountScope } from '../database/account-scope.ts'
import { countRows, countRowsByParent } from '../database/account-statements.ts'
import { bigints } from '../database/arrays.ts'
import type { Reading } from '../database/rows.ts'
import { isStatementTimeout } from '../database/sql-state.ts'
import type {
  BackupRow,
  backup,
  EventRow,
  OwnedRow,
  SnapshotRow,
  snapshot,
  snapshotEvent,
  VolumeRow,
  volume,
} from '../database/tables.ts'
import type { Condition } from './condition.ts'
import type { OrderDirection } from './cursor.ts'
import { RequestError } from './errors.ts'
import { type Page, type PagePlan, toPage } from './page.ts'
import { pageFinder } from './page-finder.ts'
import { keyOf } from './page-keys.ts'
import { allOf, valuesOf } from './placed-conditions.ts'
import { spellOutPrefix } from './spell-out-prefix.ts'

export type TableOf<Row extends OwnedRow> = Row extends VolumeRow
  ? typeof volume
  : Row extends SnapshotRow
    ? typeof snapshot
    : Row extends BackupRow
      ? typeof backup
      : Row extends EventRow
        ? typeof snapshotEvent
        : never

export interface OrderBy<Field extends string> {
  field: Field
  direction: OrderDirection
}

/** A list that was asked for and found sound: which rows, and which page of them. */
export interface List<Row extends OwnedRow> {
  table: TableOf<Row>
  plan: PagePlan<Row>
  filter: readonly Condition[]
}

/** Reads the page. Throws TOO_COSTLY where the statement ran into its timeout. */
export async function readPage<Row extends OwnedRow>(
  scope: AccountScope,
  list: List<Row>,
  reading?: Reading,
): Promise<Page<Row>> {
  const { table, plan } = list
  const [rows = []] = await orTooCostly(async () => {
    const conditions = [...(await spellOutPrefix(scope, list.filter, plan.order.field)), ...plan.bounds]
    return scope.find(pageFinder({ table, plan, conditions, reading }), [keyOf(conditions)])
  })
  return toPage(plan, rows as unknown as Row[])
}

/** Reads one such page for each parent, whose id the column has. */
export async function readPagesByParent<Row extends OwnedRow>(
  scope: AccountScope,
  { table, plan, filter }: List<Row>,
  parent: PgColumn,
  parentIds: readonly bigint[],
  reading?: Reading,
): Promise<Page<Row>[]> {
  const conditions = [...filter, ...plan.bounds]
  const finder = pageFinder({ table, plan, conditions, parent, reading })
  const keys = parentIds.map((id) => keyOf(conditions, id))
  const found = await orTooCostly(() => scope.find(finder, keys))
  return found.map((rows) => toPage(plan, rows as unknown as Row[]))
}

/** Counts the list, whatever page was asked for. Throws TOO_COSTLY where counting took too long. */
export async function countList<Row extends OwnedRow>(
  scope: AccountScope,
  { table, filter }: List<Row>,
): Promise<number> {
  const [count] = await orTooCostly(() => scope.ask(countRows(table, allOf(filter)), valuesOf(filter)))
  return count ?? 0
}

/** Counts the list of each parent, in one statement. */
export async function countListsByParent<Row extends OwnedRow>(
  scope: AccountScope,
  { table, filter }: List<Row>,
  parent: PgColumn,
  parentIds: readonly bigint[],
): Promise<number[]> {
  const values = { ...valuesOf(filter), ids: bigints(parentIds) }
  const found = await orTooCostly(() => scope.ask(countRowsByParent(table, parent, allOf(filter)), values))
  const counts = new Map(found.map(({ parent, count }) => [parent, count]))
  return parentIds.map((id) => counts.get(id) ?? 0)
}

/** What the work gives; a statement that ran into its timeout was asked for too much. Throws TOO_COSTLY. */
async function orTooCostly<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isStatementTimeout(error)) throw error
    const advice = 'this took too long: narrow the filter, order by CREATED, or leave out totalCount'
    throw new RequestError('TOO_COSTLY', advice, { cause: error })
  }
}
