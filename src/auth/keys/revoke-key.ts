import { eq, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { apiKey } from '../../database/tables.ts'
import { revokedKeyChannel } from '../../resources/channels.ts'
import { type ShownKey, shownColumns } from './list-keys.ts'

/**
 * Revokes a key for good: with the commit, every gateway that remembers it forgets it. One that was revoked before
 * stays as it is. Null where there is none.
 */
export async function revokeKey(db: PostgresJsDatabase, accessKey: string): Promise<ShownKey | null> {
  return db.transaction(async (tx) => {
    const [row] = await tx
      .update(apiKey)
      .set({ revoked: sql`coalesce(${apiKey.revoked}, clock_timestamp())` })
      .where(eq(apiKey.accessKey, accessKey))
      .returning(shownColumns)
    if (!row) return null
    await tx.execute(sql`select pg_notify(${revokedKeyChannel}, ${accessKey})`)
    return row
  })
}
