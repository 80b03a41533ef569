import type { SQL, SQLWrapper } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'

/**
 * Runs a change that returns rows, and in the same statement `record`, which inserts something about them and calls them
 * `changed`: there is never the one without the other.
 */
export async function recording(
  db: Pick<PostgresJsDatabase, '$with' | 'with'>,
  change: SQLWrapper,
  record: SQL,
): Promise<Record<string, unknown>[]> {
  const changed = db.$with('changed').as(change as never)
  const recorded = db.$with('recorded', {}).as(record)
  return db.with(changed, recorded).select().from(changed)
}
