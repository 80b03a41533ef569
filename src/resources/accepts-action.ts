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
        : sql`(${table.state} = ${from.state} and ${table.transitioning} in ${from.only})`,
    ),
  )
}
