import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { formatId } from '../resources/ids.ts'
import { workOf } from '../resources/lifecycle.ts'
import { type StorageDriver, StorageError } from '../storage/driver.ts'
import { keepLease, type LeaseTiming } from './keep-lease.ts'
import { giveBack, LeaseLost, writeLeased } from './lease.ts'
import type { WorkerLog } from './log.ts'
import { exhaustedMessage } from './messages.ts'
import { recordDone, recordFailure, recordRetry } from './record-outcome.ts'
import { maximumAttempts, retryDelay } from './retry-policy.ts'
import { runTask } from './run-task.ts'
import { untilAvailable } from './until-available.ts'
import type { WorkRow } from './work-table.ts'

export interface AttemptHandles {
  db: PostgresJsDatabase
  storage: ReadonlyMap<string, StorageDriver>
  log: WorkerLog
  timing: LeaseTiming
}

/**
 * How an attempt ended. `lost`: the row is no longer this attempt's, and nothing was recorded. `retry`: `delay` is the
 * seconds until the row is due again.
 */
export type Ending = { kind: 'done' | 'failed' | 'given back' | 'lost' } | { kind: 'retry'; delay: number }

/**
 * Carries one claimed row as far as this attempt gets: does its work while the lease is kept, and records what came
 * of it. Once `stop` is aborted (by a cancel, a shutdown, or here when the lease is lost) the driver stops, and
 * the lease is given back after it has settled, never before. `since`: the monotonic time just before the claim.
 * `closing` aborts the wait for a database that is away. Never rejects.
 */
export async function runAttempt(
  handles: AttemptHandles,
  row: WorkRow,
  { since, stop, closing }: { since: number; stop: AbortController; closing: AbortSignal },
): Promise<Ending> {
  const { db, timing } = handles
  const log = handles.log.child({
    id: formatId(row.kind, row.id),
    account: formatId('account', row.accountId),
    state: row.state,
    attempt: row.attempt,
  })
  const work = workOf(row.kind, row.state)
  const logEnding = (ending: Ending['kind']) =>
    log.info({ ms: Math.round(performance.now() - since) }, `${work}: ${ending}`)
  log.info({}, `${work}: started`)
  const release = keepLease(db, row, { since, timing, onLost: () => stop.abort() })
  try {
    const ending = await attempt(handles, row, stop.signal, log)
    logEnding(ending.kind)
    return ending
  } catch (error) {
    if (!stop.signal.aborted && !(error instanceof LeaseLost))
      log.error({ err: error }, 'an attempt could not be recorded')
    release()
    const given = await untilAvailable(closing, () => giveBack(db, row)).catch((cause: unknown) => {
      log.warn({ err: cause }, 'a lease could not be given back; it runs out by itself')
      return false
    })
    const kind = given ? 'given back' : 'lost'
    logEnding(kind)
    return { kind }
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
  if (row.attempt > maximumAttempts) {
    await untilAvailable(signal, () =>
      recordFailure(db, row, exhaustedMessage('each ended without a result; did the worker crash?')),
    )
    return { kind: 'failed' }
  }
  try {
    const result = await runTask({ db, storage }, row, { signal, onProgress: reportProgress(db, row) })
    signal.throwIfAborted()
    await untilAvailable(signal, () => recordDone(db, row, result))
    return { kind: 'done' }
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
  if (known) log.warn({ code: error.code, reason: error.message }, 'an attempt failed')
  else log.error({ err: error }, 'an attempt failed unexpectedly')
  const reason = known ? error.message : 'unexpected error'
  if (known && !error.retryable) {
    await untilAvailable(signal, () => recordFailure(db, row, reason))
    return { kind: 'failed' }
  }
  if (row.attempt >= maximumAttempts) {
    await untilAvailable(signal, () => recordFailure(db, row, exhaustedMessage(reason)))
    return { kind: 'failed' }
  }
  const delay = retryDelay(row.attempt)
  await untilAvailable(signal, () => recordRetry(db, row, reason, delay))
  return { kind: 'retry', delay }
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
