import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'

/** What an update sets a column to: left out, it stays. */
export function orUnchanged<T>(column: PgColumn, value: T | undefined): T | SQL {
  return value === undefined ? sql`${column}` : value
}
