import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { type AccountRow, account } from '../database/tables.ts'

/** All accounts, in the order in which they were made. */
export async function listAccounts(db: Pick<PostgresJsDatabase, 'select'>): Promise<AccountRow[]> {
  return db.select().from(account).orderBy(account.id)
}
