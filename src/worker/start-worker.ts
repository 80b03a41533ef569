import type { Database } from '../database/database.ts'
import { listen } from '../database/listen.ts'
import { type Running, repeat } from '../repeat.ts'
import { cancelChannel, workChannel } from '../resources/channels.ts'
import type { StorageDriver } from '../storage/driver.ts'
import { runAttempt } from './attempt.ts'
import { type ClaimedRow, createClaims } from './claim.ts'
import { type LeaseTiming, leaseTiming } from './keep-lease.ts'
import type { WorkerLog } from './log.ts'
import type { WorkObserver } from './work-observer.ts'

export interface WorkerOptions {
  database: Database
  storage: ReadonlyMap<string, StorageDriver>
  /** Attempts at a time. */
  concurrency: number
  log: WorkerLog
  observer?: WorkObserver | undefined
  /** Hears that there is something for the history. */
  changed?: () => void
  timing?: LeaseTiming
  /** Seconds between looks for due work; a notification usually comes first. */
  poll?: number
}

/**
 * Starts a worker: it claims due rows, does their work and records the outcome, as long as it is not closed. Any
 * number of workers may share a database. Closing it gives back what is under way.
 */
export async function startWorker({
  database: { db, client },
  storage,
  concurrency,
  log,
  observer,
  changed = () => {},
  timing = leaseTiming,
  poll = 2,
}: WorkerOptions): Promise<Running> {
  const claimNext = createClaims(db, timing.lease)
  /** What is under way, by lease token. */
  const attempts = new Map<string, { stop: AbortController; ended: Promise<void> }>()
  const retries = new Set<NodeJS.Timeout>()
  const closing = new AbortController()
  let filling: Promise<void> | null = null
  let wanted = false
  let away = false

  function run(row: ClaimedRow, since: number) {
    const token = row.leaseToken ?? ''
    const stop = new AbortController()
    if (closing.signal.aborted) stop.abort()
    changed()
    const ended = runAttempt({ db, storage, log, timing, observer }, row, {
      since,
      stop,
      closing: closing.signal,
    }).then((ending) => {
      attempts.delete(token)
      changed()
      if (ending.kind === 'retry' && !closing.signal.aborted) wakeAfter(ending.delay)
      wake()
    })
    attempts.set(token, { stop, ended })
  }

  async function fill(): Promise<void> {
    while (!closing.signal.aborted && attempts.size < concurrency) {
      const since = performance.now()
      const row = await claimNext()
      if (!row) return
      run(row, since)
    }
  }

  /** Looks for work; while it looks already, once more afterwards. */
  function wake() {
    wanted = true
    filling ??= (async () => {
      while (wanted) {
        wanted = false
        try {
          await fill()
          if (away) log.info({}, 'the worker reaches the database again')
          away = false
        } catch (error) {
          if (!away) log.error({ err: error }, 'the worker cannot claim work; it keeps trying')
          away = true
        }
      }
      filling = null
    })()
  }

  function wakeAfter(seconds: number) {
    const timer = setTimeout(() => {
      retries.delete(timer)
      wake()
    }, seconds * 1000)
    retries.add(timer)
  }

  const stopListening = [
    await listen(client, workChannel, wake, wake),
    await listen(client, cancelChannel, (token) => attempts.get(token)?.stop.abort()),
  ]
  const polls = repeat(
    poll,
    async () => wake(),
    () => {},
  )

  let closed: Promise<void> | undefined
  async function stop(): Promise<void> {
    closing.abort()
    for (const { stop } of attempts.values()) stop.abort()
    for (const timer of retries) clearTimeout(timer)
    await Promise.all([polls.close(), ...stopListening.map((stop) => stop().catch(() => {}))])
    await filling // what it still claims, it gives back
    await Promise.all([...attempts.values()].map(({ ended }) => ended))
  }
  return {
    close: () => {
      closed ??= stop()
      return closed
    },
  }
}
