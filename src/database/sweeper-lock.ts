import { sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'

/**
 * Runs `work` unless another process is at it. A transaction that does nothing else holds the lock, and keeps no row
 * version from being vacuumed; with the process, or its connection, the lock is gone.
 */
export async function withSweeperLock(db: PostgresJsDatabase, work: () => Promise<void>): Promise<void> {
  await db.transaction(async (tx) => {
    const [row] = await tx.execute<{ locked: boolean }>(sql`
      select pg_try_advisory_xact_lock(hashtextextended('snapshot-gateway sweeper', 0)) as locked`)
    if (row?.locked) await work()
  })
}
