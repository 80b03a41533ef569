import type { Database } from '../database/database.ts'
import { deleteExpiredKeys } from '../database/idempotency-keys.ts'
import { withSweeperLock } from '../database/sweeper-lock.ts'
import { expireEvents } from '../events/expire-events.ts'
import type { Log } from '../log.ts'
import { type Running, repeat } from '../repeat.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { type Swept, sweep } from './sweep.ts'
import type { WorkObserver } from './work-observer.ts'

export interface SweeperOptions {
  database: Database
  storage: ReadonlyMap<string, StorageDriver>
  log: Log
  /** Seconds for which events are kept. */
  eventRetention: number
  observer?: WorkObserver | undefined
  /** Seconds between rounds. */
  every?: number
}

/** How many unknown files a line of the log names. */
const named = 20

/** Cleans up at once and then every hour; of the workers on one database, one at a time does. */
export function startSweeper({
  database,
  storage,
  log,
  eventRetention,
  observer,
  every = 3600,
}: SweeperOptions): Running {
  const closing = new AbortController()
  const steps: [what: string, step: () => Promise<void>][] = [
    ['expired idempotency keys', () => deleteExpiredKeys(database.db, closing.signal)],
    ['expired events', () => expireEvents(database.handle, eventRetention, closing.signal)],
    ...[...storage].map(([name, driver]): [string, () => Promise<void>] => [
      `the storage ${name}`,
      async () => {
        const swept = await sweep(database.db, driver, closing.signal)
        report(log, name, swept)
        const { deleted, unknown, failed } = swept
        observer?.swept(name, {
          deleted: deleted.length,
          unknown: unknown.length,
          failed: failed.length,
        })
      },
    ]),
  ]
  const failed = (what: string) => (error: unknown) => {
    if (!closing.signal.aborted) log.error({ err: error, what }, 'a sweep failed; the next one tries again')
  }
  const round = () =>
    withSweeperLock(database.db, async () => {
      // What fails of one holds up none of the others.
      for (const [what, step] of steps) await step().catch(failed(what))
    })
  const running = repeat(every, round, failed('its lock'))
  return {
    close: () => {
      closing.abort()
      return running.close()
    },
  }
}

function report(log: Log, driver: string, { deleted, unknown, failed }: Swept): void {
  if (deleted.length > 0) log.info({ driver, deleted }, 'leftover files were deleted')
  if (unknown.length > 0)
    log.warn(
      { driver, count: unknown.length, files: unknown.slice(0, named) },
      'there are files that no row knows; they are left alone',
    )
  if (failed.length > 0)
    log.warn(
      { driver, count: failed.length, failed: failed.slice(0, named) },
      'not everything could be swept; the next sweep tries again',
    )
}
