import { and, lt, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { changeInBatches } from './change-in-batches.ts'
import type { WorkTable } from './work-table.ts'

/** Seconds after which a row that is due says that it waits. */
const tellAfter = 30
const unclaimed = `No worker has taken this up for ${tellAfter} s: all are busy, or none is running`

/** Says of due rows that nobody takes them up. */
export async function markUnclaimed(db: PostgresJsDatabase, table: WorkTable): Promise<void> {
  const waits = and(
    lt(table.runAfter, sql`now() - ${tellAfter} * interval '1 second'`),
    sql`${table.transitioningMessage} is distinct from ${unclaimed}`,
  )
  await changeInBatches(db, table, waits, { transitioningMessage: unclaimed })
}
