import { sql } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { makeStatement } from '../database/statement.ts'
import { eventHistory } from '../database/tables.ts'

/** How far the history goes, of all accounts. */
export interface History {
  /** The newest event; 0 before the first. */
  lastId: bigint
  /** The newest of those that are no longer kept; 0: all are. */
  expiredId: bigint
}

export const readHistory = makeStatement(
  sql`select last_id, expired_id from ${eventHistory}`,
  ([lastId, expiredId]): History => ({
    lastId: BigInt(String(lastId)),
    expiredId: BigInt(String(expiredId)),
  }),
)

/** How far the history goes now. */
export async function findHistory(scope: AccountScope): Promise<History> {
  const [history] = await scope.ask(readHistory)
  if (!history) throw new Error('the database has no history of events')
  return history
}
