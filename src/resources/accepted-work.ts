import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** What a row says until it is claimed. */
export const waiting = 'Waiting for a worker'

/** What acceptance of a process sets, whichever it is: due now, all its attempts and its deadline before it. */
export function acceptedWork(operationDeadline: number | SQL) {
  return {
    transitioning: 'yes' as const,
    transitioningMessage: waiting,
    transitioningProgress: 0,
    attempt: 0,
    runAfter: sql`now()`,
    deadline: sql`now() + ${operationDeadline}::float8 * interval '1 second'`,
  }
}

/** The same for a process that follows one under way: due when the holder of its lease gives it back, or loses it. */
export function acceptedAfterLease(
  table: { leaseExpires: PgColumn },
  operationDeadline: number,
  message: string,
) {
  const leased = sql`${table.leaseExpires} > now()`
  return {
    ...acceptedWork(operationDeadline),
    transitioningMessage: sql`case when ${leased} then ${message} else ${waiting} end`,
    runAfter: sql`greatest(${table.leaseExpires}, now())`,
  }
}
