import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { type BackupRow, backup, type SnapshotRow, snapshot } from '../database/tables.ts'
import { workChannel } from '../resources/channels.ts'

/** A row that a worker carries on. */
export type WorkRow = SnapshotRow | BackupRow

/** How long things take, in seconds; tests make them shorter. */
export interface LeaseTiming {
  /** How long a lease lasts, by the database's clock. */
  lease: number
  /** Between renewals. */
  renewal: number
  /** After the start of the last successful renewal the driver is stopped, whether the database answers or not. */
  trust: number
}
export const leaseTiming: LeaseTiming = { lease: 30, renewal: 10, trust: 20 }

/** The lease was taken away: by a removal, by the deadline, or because it ran out and another worker has it. */
export class LeaseLost extends Error {
  constructor() {
    super('the lease is lost')
    this.name = 'LeaseLost'
  }
}

export function tableOf(row: WorkRow): typeof snapshot | typeof backup {
  return row.kind === 'snapshot' ? snapshot : backup
}

/** The row while this attempt has its lease: the guard of every write of an attempt. */
export function leased(row: WorkRow): SQL | undefined {
  if (row.leaseToken === null) throw new Error('the row was not claimed')
  const table = tableOf(row)
  return and(eq(table.accountId, row.accountId), eq(table.id, row.id), eq(table.leaseToken, row.leaseToken))
}

/** The same, and the process is still the one that was claimed. */
export function leasedIn(row: WorkRow): SQL | undefined {
  const table = tableOf(row)
  return and(leased(row), eq(table.state, row.state), eq(table.transitioning, 'yes'))
}

/** Sets columns of the row, and returns it as it is then; throws LeaseLost where the attempt may no longer write. */
export async function writeLeased<R extends WorkRow>(
  db: Pick<PostgresJsDatabase, 'update'>,
  row: R,
  set: Record<string, unknown>,
): Promise<R> {
  const [written] = await db.update(tableOf(row)).set(set).where(leasedIn(row)).returning()
  if (!written) throw new LeaseLost()
  return { ...written, kind: row.kind } as R
}

/** A lease from now on. While a row is leased, it is due when the lease ends. */
export function leaseFor(seconds: number) {
  const end = sql`now() + ${seconds} * interval '1 second'`
  return { leaseExpires: end, runAfter: end }
}

export const noLease = { leaseToken: null, leaseExpires: null }

/**
 * Gives the lease back, and the attempt with it: whatever the row now waits for may start at once. Does nothing
 * where the lease is lost.
 */
export async function giveBack(db: PostgresJsDatabase, row: WorkRow): Promise<void> {
  const table = tableOf(row)
  await db.transaction(async (tx) => {
    await tx
      .update(table)
      .set({
        ...noLease,
        attempt: sql`greatest(${table.attempt} - 1, 0)`,
        runAfter: sql`now()`,
        transitioningMessage: 'Waiting for a worker',
        transitioningProgress: 0,
      })
      .where(and(leased(row), eq(table.transitioning, 'yes')))
    await tx.execute(sql`select pg_notify(${workChannel}, '')`)
  })
}

/**
 * Renews the lease until it is told to stop. Calls `onLost` once: when the row is no longer this attempt's, or when
 * renewals have failed for so long that it may not be. `since`: the monotonic time just before the claim.
 */
export function keepLease(
  db: PostgresJsDatabase,
  row: WorkRow,
  { since, timing, onLost }: { since: number; timing: LeaseTiming; onLost: () => void },
): () => void {
  const trustFrom = (start: number) => setTimeout(lose, start + timing.trust * 1000 - performance.now())
  const renewAfter = (seconds: number) => setTimeout(renew, seconds * 1000)
  let stopped = false
  let distrust = trustFrom(since)
  let renewal = renewAfter(timing.renewal)
  const stop = () => {
    stopped = true
    clearTimeout(renewal)
    clearTimeout(distrust)
  }
  function lose() {
    stop()
    onLost()
  }
  async function renew() {
    const start = performance.now()
    try {
      await writeLeased(db, row, leaseFor(timing.lease))
    } catch (error) {
      if (stopped) return
      // A database that is away may come back in time; if not, the lease is distrusted.
      if (error instanceof LeaseLost) lose()
      else renewal = renewAfter(Math.min(retry, timing.renewal))
      return
    }
    if (stopped) return
    clearTimeout(distrust)
    distrust = trustFrom(start)
    renewal = renewAfter(timing.renewal)
  }
  return stop
}

/** Seconds after which a renewal that failed is tried again. */
const retry = 1
