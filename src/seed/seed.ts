import { sql } from 'drizzle-orm'
import { AccountScope } from '../database/account-scope.ts'
import type { Database } from '../database/database.ts'
import { firstAccount } from '../database/first-account.ts'
import { account, backup, snapshot, volume } from '../database/tables.ts'
import { insertAccounts } from './insert-accounts.ts'
import { insertSnapshots } from './insert-snapshots.ts'
import { insertVolumes } from './insert-volumes.ts'
import { refuseUsedDatabase } from './refuse-used-database.ts'
import { shares } from './shares.ts'
import type { Size } from './size.ts'
import { timelineOf } from './timeline.ts'

/** What was made. */
export interface Seeded extends Size {
  backups: number
  seconds: number
}

/**
 * Fills a database without snapshots with rows that have no archives: always the same, but for the time at which they
 * end, which is now. Throws, with what to do, where it is no such database. `onProgress` hears how many snapshots are
 * there. Where it is ended on the way, what is there stays.
 */
export async function seed(
  { db, handle }: Pick<Database, 'db' | 'handle'>,
  size: Size,
  onProgress: (snapshots: number) => void = () => {},
  { batch = 50_000 } = {},
): Promise<Seeded> {
  const began = performance.now()
  const [now] = await db.execute<{ origin: string }>(sql`select clock_timestamp()::text as origin`)
  const parts = shares(size).map((share) => ({
    share,
    timeline: timelineOf(share, size.snapshots, now?.origin ?? ''),
  }))
  const ids = await handle.transaction(async (locked) => {
    // Volumes of account 1 and other accounts are made under the same lock; and who else seeds waits, and is refused.
    await new AccountScope(locked, firstAccount).lockAccount()
    const tx = locked.drizzle
    await refuseUsedDatabase(tx)
    const ids = await insertAccounts(tx, size.accounts)
    for (const [index, { share, timeline }] of parts.entries())
      await insertVolumes(tx, ids[index] ?? firstAccount, share, timeline)
    return ids
  })
  let backups = 0
  for (const [index, { share, timeline }] of parts.entries())
    for (let first = 0; first < share.snapshots; first += batch) {
      const end = Math.min(first + batch, share.snapshots)
      backups += await db.transaction(async (tx) => {
        // What commits last, the statistics below, waits for all that was written before.
        await tx.execute(sql`set local synchronous_commit = off`)
        return insertSnapshots(tx, ids[index] ?? firstAccount, share, timeline, [first, end])
      })
      onProgress(share.snapshotsBefore + end)
    }
  await db.execute(sql`vacuum (analyze) ${account}, ${volume}, ${snapshot}, ${backup}`)
  return { ...size, backups, seconds: Math.round((performance.now() - began) / 100) / 10 }
}
