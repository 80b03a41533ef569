import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { formatId } from '../resources/ids.ts'
import { processes } from '../resources/lifecycle.ts'
import { type StorageDriver, StorageError } from '../storage/driver.ts'
import type { ClaimedRow } from './claim.ts'
import { type Ending, told } from './ending.ts'
import { keepLease, type LeaseTiming } from './keep-lease.ts'
import { giveBack, LeaseLost, writeLeased } from './lease.ts'
import type { WorkerLog } from './log.ts'
import { logTransition } from './log-transition.ts'
import { exhaustedMessage } from './messages.ts'
import { processOf, recordDone, recordFailure, recordRetry } from './record-outcome.ts'
import { maximumAttempts, retryDelay } from './retry-policy.ts'
import { runTask } from './run-task.ts'
import { untilAvailable } from './until-available.ts'
import type { WorkObserver } from './work-observer.ts'
import type { WorkRow } from './work-table.ts'

export interface AttemptHandles {
  db: PostgresJsDatabase
  storage: ReadonlyMap<string, StorageDriver>
  log: WorkerLog
  timing: LeaseTiming
  observer?: WorkObserver | undefined
}

/**
 * Carries one claimed row as far as this attempt gets: does its work while the lease is kept, and records what came
 * of it. Once `stop` is aborted (by a cancel, a shutdown, or here when the lease is lost) the driver stops, and
 * the lease is given back after it has settled, never before. `since`: the monotonic time just before the claim.
 * `closing` aborts the wait for a database that is away. Never rejects.
 */
export async function runAttempt(
  handles: AttemptHandles,
  row: ClaimedRow,
  { since, stop, closing }: { since: number; stop: AbortController; closing: AbortSignal },
): Promise<Ending> {
  const { db, timing, log, observer } = handles
  const work = processOf(row)
  const faults = log.child({
    id: formatId(row.kind, row.id),
    account: formatId('account', row.accountId),
    operation: work,
    attempt: row.attempt,
  })
  logTransition(log, { event: 'claimed', operation: work, row, from: row.from, to: row.state })
  const release = keepLease(db, row, { since, timing, onLost: () => stop.abort() })
  const end = (ending: Ending): Ending => {
    const ms = Math.round(performance.now() - since)
    const driver = ending.kind === 'done' ? ending.driver : null
    observer?.attemptEnded({ work, ending: ending.kind, driver, seconds: ms / 1000 })
    logTransition(log, { operation: work, row, from: row.state, ms, ...told(ending) })
    return ending
  }
  try {
    return end(await attempt(handles, row, stop.signal, faults))
  } catch (error) {
    if (!stop.signal.aborted && !(error instanceof LeaseLost))
      faults.error({ err: error }, 'an attempt could not be recorded')
    release()
    const state = await untilAvailable(closing, () => giveBack(db, row)).catch((cause: unknown) => {
      faults.warn({ err: cause }, 'a lease could not be given back; it runs out by itself')
      return null
    })
    if (state === null) return end({ kind: 'lost', to: null })
    return end({ kind: state === row.state ? 'given back' : 'cancelled', to: state })
  } finally {
    release()
  }
}

/** Throws where nothing was recorded: stopped, or the lease is lost, or the database is away for too long. */
async function attempt(
  { db, storage }: AttemptHandles,
  row: WorkRow,
  signal: AbortSignal,
  log: WorkerLog,
): Promise<Ending> {
  const { done, failed } = processes[processOf(row)]
  if (row.attempt > maximumAttempts) {
    const reason = exhaustedMessage('each ended without a result; did the worker crash?')
    await untilAvailable(signal, () => recordFailure(db, row, reason))
    return { kind: 'failed', to: failed, reason }
  }
  try {
    const result = await runTask({ db, storage }, row, { signal, onProgress: reportProgress(db, row) })
    signal.throwIfAborted()
    await untilAvailable(signal, () => recordDone(db, row, result))
    return { kind: 'done', to: done, driver: result.driver }
  } catch (error) {
    if (signal.aborted || error instanceof LeaseLost) throw error
    return recordError(db, row, error, signal, log)
  }
}

async function recordError(
  db: PostgresJsDatabase,
  row: WorkRow,
  error: unknown,
  signal: AbortSignal,
  log: WorkerLog,
): Promise<Ending> {
  // What is no StorageError is a fault of the gateway or of the database: the log has it, the row does not.
  const known = error instanceof StorageError
  if (!known) log.error({ err: error }, 'an attempt failed unexpectedly')
  const reason = known ? error.message : 'unexpected error'
  const why = { reason, ...(known && { code: error.code }) }
  const { failed } = processes[processOf(row)]
  if (known && !error.retryable) {
    await untilAvailable(signal, () => recordFailure(db, row, reason))
    return { kind: 'failed', to: failed, ...why }
  }
  if (row.attempt >= maximumAttempts) {
    await untilAvailable(signal, () => recordFailure(db, row, exhaustedMessage(reason)))
    return { kind: 'failed', to: failed, ...why, reason: exhaustedMessage(reason) }
  }
  const delay = retryDelay(row.attempt)
  await untilAvailable(signal, () => recordRetry(db, row, reason, delay))
  return { kind: 'retry', to: row.state, ...why, delay }
}

/** Writes progress as it comes; a report that meets the one before still being written is dropped. */
function reportProgress(db: PostgresJsDatabase, row: WorkRow): (percent: number) => void {
  let writing = false
  return (percent) => {
    if (writing) return
    writing = true
    writeLeased(db, row, { transitioningProgress: Math.floor(percent) })
      // The next renewal finds a lost lease, and the outcome a database that is away.
      .catch(() => {})
      .finally(() => {
        writing = false
      })
  }
}
