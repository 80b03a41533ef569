import { eq } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { account } from '../../database/tables.ts'

/** An account as the look-up that authenticates finds it. */
export interface FoundAccount {
  accountId: bigint
  volumesRoot: string
}

/** The account with this uuid. */
export async function findAccount(db: PostgresJsDatabase, uuid: string): Promise<FoundAccount | null> {
  const [row] = await db
    .select({ accountId: account.id, volumesRoot: account.volumesRoot })
    .from(account)
    .where(eq(account.uuid, uuid))
  return row ?? null
}
