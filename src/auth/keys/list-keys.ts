import { eq } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { apiKey } from '../../database/tables.ts'

/** What may be shown of a key. */
export const shownColumns = {
  accessKey: apiKey.accessKey,
  accountId: apiKey.accountId,
  role: apiKey.role,
  name: apiKey.name,
  created: apiKey.created,
  revoked: apiKey.revoked,
}

/** A key without its secret, of which the hash is no business of whoever lists it. */
export interface ShownKey {
  accessKey: string
  accountId: bigint
  role: 'VIEWER' | 'OPERATOR' | 'ADMIN'
  name: string | null
  created: string
  revoked: string | null
}

/** The keys of an account, or of all, the oldest first; also those that are revoked. */
export async function listKeys(db: PostgresJsDatabase, accountId?: bigint): Promise<ShownKey[]> {
  return db
    .select(shownColumns)
    .from(apiKey)
    .where(accountId === undefined ? undefined : eq(apiKey.accountId, accountId))
    .orderBy(apiKey.accountId, apiKey.created, apiKey.accessKey)
}
