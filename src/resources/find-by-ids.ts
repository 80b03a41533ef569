import { type AccountScope, anyOf } from '../database/account-scope.ts'
import type { ResourceRow } from '../database/tables.ts'
import { inOrder } from './in-order.ts'
import type { TableOf } from './list.ts'

/** The rows with these ids, in their order; null where the account has none. */
export async function findByIds<Row extends ResourceRow>(
  scope: AccountScope,
  table: TableOf<Row>,
  ids: readonly bigint[],
): Promise<(Row | null)[]> {
  const rows = await scope.rows(table, { where: anyOf(table.id, ids) })
  return inOrder(ids, rows as unknown as Row[], (row) => row.id)
}
