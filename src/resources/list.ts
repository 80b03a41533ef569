import { and, type SQL } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { AccountScope } from '../database/account-scope.ts'
import { isStatementTimeout } from '../database/sql-state.ts'
import type {
  BackupRow,
  backup,
  ResourceRow,
  SnapshotRow,
  snapshot,
  VolumeRow,
  volume,
} from '../database/tables.ts'
import type { OrderDirection } from './cursor.ts'
import { RequestError } from './errors.ts'
import { type Page, type PagePlan, pageSelection, toPage } from './page.ts'

export type TableOf<Row extends ResourceRow> = Row extends VolumeRow
  ? typeof volume
  : Row extends SnapshotRow
    ? typeof snapshot
    : Row extends BackupRow
      ? typeof backup
      : never

export interface OrderBy<Field extends string> {
  field: Field
  direction: OrderDirection
}

/** A list that was asked for and found sound: which rows, and which page of them. */
export interface List<Row extends ResourceRow> {
  table: TableOf<Row>
  plan: PagePlan<Row>
  where: SQL | undefined
}

/** Reads the page. Throws TOO_COSTLY where the statement ran into its timeout. */
export async function readPage<Row extends ResourceRow>(
  scope: AccountScope,
  { table, plan, where }: List<Row>,
): Promise<Page<Row>> {
  const selection = { where: and(where, plan.bounds), ...pageSelection(plan) }
  const rows = await orTooCostly(scope.rows(table, selection))
  return toPage(plan, rows as unknown as Row[])
}

/** Reads one such page for each parent, in one statement. */
export async function readPagesByParent<Row extends ResourceRow>(
  scope: AccountScope,
  { table, plan, where }: List<Row>,
  parent: PgColumn,
  parentOf: (row: Row) => bigint,
  parentIds: readonly bigint[],
): Promise<Page<Row>[]> {
  const selection = { where: and(where, plan.bounds), ...pageSelection(plan) }
  const rows = (await orTooCostly(
    scope.rowsByParent(table, parent, parentIds, selection),
  )) as unknown as Row[]
  const byParent = groupBy(rows, parentOf)
  return parentIds.map((id) => toPage(plan, byParent.get(id) ?? []))
}

/** Counts the list, whatever page was asked for. Throws TOO_COSTLY where counting took too long. */
export function countList<Row extends ResourceRow>(
  scope: AccountScope,
  { table, where }: List<Row>,
): Promise<number> {
  return orTooCostly(scope.count(table, where))
}

/** Counts the list of each parent, in one statement. */
export async function countListsByParent<Row extends ResourceRow>(
  scope: AccountScope,
  { table, where }: List<Row>,
  parent: PgColumn,
  parentIds: readonly bigint[],
): Promise<number[]> {
  const counts = await orTooCostly(scope.countByParent(table, parent, parentIds, where))
  return parentIds.map((id) => counts.get(id) ?? 0)
}

/** What the work gives; a statement that ran into its timeout was asked for too much. Throws TOO_COSTLY. */
async function orTooCostly<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    if (!isStatementTimeout(error)) throw error
    const advice = 'this took too long: narrow the filter, order by CREATED, or leave out totalCount'
    throw new RequestError('TOO_COSTLY', advice, { cause: error })
  }
}

function groupBy<K, V>(values: readonly V[], keyOf: (value: V) => K): Map<K, V[]> {
  const groups = new Map<K, V[]>()
  for (const value of values) {
    const group = groups.get(keyOf(value))
    if (group) group.push(value)
    else groups.set(keyOf(value), [value])
  }
  return groups
}
