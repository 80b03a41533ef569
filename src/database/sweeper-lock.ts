import type { Sql } from 'postgres'

/** Runs `work` unless another process is at it. The lock is the session's: it goes with a process that dies. */
export async function withSweeperLock(client: Sql, work: () => Promise<void>): Promise<void> {
  const session = await client.reserve()
  try {
    const [row] = await session<{ locked: boolean }[]>`
      select pg_try_advisory_lock(hashtextextended('snapshot-gateway sweeper', 0)) as locked`
    if (!row?.locked) return
    try {
      await work()
    } finally {
      await session`select pg_advisory_unlock(hashtextextended('snapshot-gateway sweeper', 0))`
    }
  } finally {
    session.release()
  }
}
