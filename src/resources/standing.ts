import { or, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { type Action, acceptedFrom, type ResourceKind } from './lifecycle.ts'

/** The lifecycle's guard of an action as a condition, for the one guarded UPDATE that performs it. */
export function acceptsAction(
  table: { state: PgColumn; transitioning: PgColumn },
  kind: ResourceKind,
  action: Action,
): SQL | undefined {
  return or(
    ...acceptedFrom(kind, action).map((from) =>
      from.only === undefined
        ? sql`${table.state} = ${from.state}`
        : sql`(${table.state} = ${from.state} and ${table.transitioning} = ${from.only})`,
    ),
  )
}

/** What acceptance of a process sets, whichever it is: due now, all its attempts and its deadline before it. */
export function acceptedWork(operationDeadline: number) {
  return {
    transitioning: 'yes' as const,
    transitioningMessage: 'Waiting for a worker',
    transitioningProgress: 0,
    attempt: 0,
    runAfter: sql`now()`,
    deadline: sql`now() + ${operationDeadline} * interval '1 second'`,
  }
}

/** What an update sets a column to: left out, it stays. */
export function orUnchanged<T>(column: PgColumn, value: T | undefined): T | SQL {
  return value === undefined ? sql`${column}` : value
}

/** For a process that must wait for the holder of a lease to give it back: due when the lease ends. */
export function afterLease(table: { leaseExpires: PgColumn }, message: string) {
  const leased = sql`${table.leaseExpires} > now()`
  return {
    transitioningMessage: sql`case when ${leased} then ${message} else 'Waiting for a worker' end`,
    runAfter: sql`greatest(${table.leaseExpires}, now())`,
  }
}
