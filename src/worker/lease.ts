import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { recording } from '../database/recording.ts'
import type { EventKind } from '../events/event-kinds.ts'
import { recordEvents } from '../events/record-events.ts'
import { waiting } from '../resources/accepted-work.ts'
import { workChannel } from '../resources/channels.ts'
import { maximumAttempts } from './retry-policy.ts'
import { tableOf, type WorkRow } from './work-table.ts'

/** The lease was taken away: by a removal, by the deadline, or because it ran out and another worker has it. */
export class LeaseLost extends Error {
  constructor() {
    super('the lease is lost')
    this.name = 'LeaseLost'
  }
}

/** The row while this attempt has its lease: the guard of every write of an attempt. */
function leased(row: WorkRow): SQL | undefined {
  if (row.leaseToken === null) throw new Error('the row was not claimed')
  const table = tableOf(row)
  return and(eq(table.accountId, row.accountId), eq(table.id, row.id), eq(table.leaseToken, row.leaseToken))
}

/** The same, and the process is still the one that was claimed. */
function leasedIn(row: WorkRow): SQL | undefined {
  const table = tableOf(row)
  return and(leased(row), eq(table.state, row.state), eq(table.transitioning, 'yes'))
}

/**
 * Sets columns of the row, and returns it as it is then; throws LeaseLost where the attempt may no longer write. `event`:
 * of what kind this is in the history, which only snapshots have.
 */
export async function writeLeased<R extends WorkRow>(
  db: Pick<PostgresJsDatabase, 'update' | '$with' | 'with'>,
  row: R,
  set: Record<string, unknown>,
  event: EventKind | null = null,
): Promise<R> {
  const change = db.update(tableOf(row)).set(set).where(leasedIn(row)).returning()
  const [written] =
    row.kind === 'snapshot' && event !== null
      ? await recording(
          db,
          change,
          recordEvents({ kind: event, from: row.state, attempt: Math.min(row.attempt, maximumAttempts) }),
        )
      : await change
  if (!written) throw new LeaseLost()
  return { ...written, kind: row.kind } as unknown as R
}

/** A lease from now on. While a row is leased, it is due when the lease ends. */
export function leaseFor(seconds: number) {
  const end = sql`now() + ${seconds} * interval '1 second'`
  return { leaseExpires: end, runAfter: end }
}

export const noLease = { leaseToken: null, leaseExpires: null }

/**
 * Gives the lease back, and the attempt with it: whatever the row now waits for may start at once. Returns the
 * state that it is in by now, which a removal may have changed; null, and does nothing, where the lease is lost.
 */
export async function giveBack(db: PostgresJsDatabase, row: WorkRow): Promise<WorkRow['state'] | null> {
  const table = tableOf(row)
  return db.transaction(async (tx) => {
    const [given] = await tx
      .update(table)
      .set({
        ...noLease,
        attempt: sql`greatest(${table.attempt} - 1, 0)`,
        runAfter: sql`now()`,
        transitioningMessage: waiting,
        transitioningProgress: 0,
      })
      .where(and(leased(row), eq(table.transitioning, 'yes')))
      .returning({ state: table.state })
    if (!given) return null
    await tx.execute(sql`select pg_notify(${workChannel}, '')`)
    return given.state
  })
}
