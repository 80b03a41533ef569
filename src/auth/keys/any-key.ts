import { isNull } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { apiKey } from '../../database/tables.ts'

/** Whether there is any key that is not revoked. */
export async function anyKey(db: PostgresJsDatabase): Promise<boolean> {
  const keys = await db.select({ role: apiKey.role }).from(apiKey).where(isNull(apiKey.revoked)).limit(1)
  return keys.length > 0
}
