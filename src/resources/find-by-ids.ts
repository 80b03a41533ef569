import { sql } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { selectRows } from '../database/account-statements.ts'
import { bigints } from '../database/arrays.ts'
import type { Statement } from '../database/statement.ts'
import { backup, type ResourceRow, type ResourceTable, snapshot, volume } from '../database/tables.ts'
import { inOrder } from './in-order.ts'
import type { TableOf } from './list.ts'

const statements = new Map<ResourceTable, Statement<ResourceRow>>(
  [snapshot, volume, backup].map((table) => [
    table,
    selectRows<ResourceTable>({ table, where: hasOneOf(table) }),
  ]),
)

/** The rows with these ids, in their order; null where the account has none. */
export async function findByIds<Row extends ResourceRow>(
  scope: AccountScope,
  table: TableOf<Row>,
  ids: readonly bigint[],
): Promise<(Row | null)[]> {
  const statement = statements.get(table) as Statement<Row>
  return inOrder(ids, await scope.ask(statement, { ids: bigints(ids) }), (row) => row.id)
}

export function hasOneOf(table: ResourceTable) {
  return sql`${table.id} = any(${sql.placeholder('ids')}::bigint[])`
}
