import { lt, sql } from 'drizzle-orm'
import type { Database } from '../database/database.ts'
import { withSweeperLock } from '../database/sweeper-lock.ts'
import { idempotencyKey } from '../database/tables.ts'
import type { StorageDriver } from '../storage/driver.ts'
import type { Log } from './log.ts'
import { type Running, repeat } from './repeat.ts'
import { sweep } from './sweep.ts'

export interface SweeperOptions {
  database: Database
  storage: ReadonlyMap<string, StorageDriver>
  log: Log
  /** Seconds between rounds. */
  every?: number
}

/** How many unknown files a line of the log names. */
const named = 20

/** Cleans up at once and then every hour; of the workers on one database, one at a time does. */
export function startSweeper({ database, storage, log, every = 3600 }: SweeperOptions): Running {
  const closing = new AbortController()
  const round = () =>
    withSweeperLock(database.client, async () => {
      await database.db
        .delete(idempotencyKey)
        .where(lt(idempotencyKey.created, sql`now() - interval '24 hours'`))
      for (const [name, driver] of storage) {
        const { deleted, unknown, failed } = await sweep(database.db, driver, closing.signal)
        if (deleted.length > 0) log.info({ driver: name, deleted }, 'leftover files were deleted')
        if (unknown.length > 0)
          log.warn(
            { driver: name, count: unknown.length, files: unknown.slice(0, named) },
            'there are files that no row knows; they are left alone',
          )
        if (failed.length > 0)
          log.warn(
            { driver: name, count: failed.length, failed: failed.slice(0, named) },
            'not everything could be swept; the next sweep tries again',
          )
      }
    })
  const running = repeat(every, round, (error) => {
    if (!closing.signal.aborted) log.error({ err: error }, 'the sweep failed')
  })
  return {
    close: () => {
      closing.abort()
      return running.close()
    },
  }
}
