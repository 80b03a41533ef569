import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { LeaseLost, leaseFor, writeLeased } from './lease.ts'
import type { WorkRow } from './work-table.ts'

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

/** Seconds after which a renewal that failed is tried again. */
const retryAfter = 1

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
      else renewal = renewAfter(Math.min(retryAfter, timing.renewal))
      return
    }
    if (stopped) return
    clearTimeout(distrust)
    distrust = trustFrom(start)
    renewal = renewAfter(timing.renewal)
  }
  return stop
}
