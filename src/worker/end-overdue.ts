import { lt, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { snapshot } from '../database/tables.ts'
import { recordEvents } from '../events/record-events.ts'
import { processes, type Work } from '../resources/lifecycle.ts'
import { type ChangedRow, changeInBatches } from './change-in-batches.ts'
import { durationText } from './messages.ts'
import { settled } from './record-outcome.ts'
import { kindOf, type WorkTable } from './work-table.ts'

/** Ends rows past their deadline as the lifecycle says. A driver that is still running can record nothing more. */
export async function endOverdue(
  db: PostgresJsDatabase,
  table: WorkTable,
  operationDeadline: number,
  onEnded?: (rows: ChangedRow[]) => void,
): Promise<number> {
  const failed = Object.entries(processes)
    .filter(([work]) => (work as Work).startsWith(`${kindOf(table)}.`))
    .flatMap(([, { accepted, running, failed }]) =>
      [...new Set([accepted, running])].map((state) => sql`when ${state} then ${failed}`),
    )
  const set = {
    ...settled,
    state: sql`case ${table.state} ${sql.join(failed, sql` `)} end`,
    transitioning: 'error',
    transitioningMessage: sql`${`gave up after ${durationText(operationDeadline)}: `} || coalesce(${table.transitioningMessage}, '')`,
  }
  const record =
    table === snapshot
      ? recordEvents({ kind: 'failure', from: sql`"from"`, attempt: sql`nullif(attempt, 0)` })
      : undefined
  return changeInBatches(db, table, lt(table.deadline, sql`now()`), set, { record, onChanged: onEnded })
}
