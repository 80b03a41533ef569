import { and, eq, isNull } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { account, apiKey } from '../../database/tables.ts'

/** A key as the look-up that authenticates finds it. */
export interface FoundKey {
  accountId: bigint
  volumesRoot: string
  role: 'VIEWER' | 'OPERATOR' | 'ADMIN'
  secretHash: Buffer
  name: string | null
}

/** The key with this access key, unless it is revoked. It binds no account: it is what finds the account. */
export async function findKey(db: PostgresJsDatabase, accessKey: string): Promise<FoundKey | null> {
  const [row] = await db
    .select({
      accountId: apiKey.accountId,
      volumesRoot: account.volumesRoot,
      role: apiKey.role,
      secretHash: apiKey.secretHash,
      name: apiKey.name,
    })
    .from(apiKey)
    .innerJoin(account, eq(account.id, apiKey.accountId))
    .where(and(eq(apiKey.accessKey, accessKey), isNull(apiKey.revoked)))
  return row ?? null
}
