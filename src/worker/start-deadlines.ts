import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { Log } from '../log.ts'
import { endOverdue } from './end-overdue.ts'
import { markUnclaimed } from './mark-unclaimed.ts'
import { type Running, repeat } from './repeat.ts'
import { kindOf, workTables } from './work-table.ts'

export interface DeadlineOptions {
  db: PostgresJsDatabase
  /** Seconds; told to users. */
  operationDeadline: number
  log: Log
  /** Seconds between rounds. */
  every?: number
}

/**
 * Ends what is overdue, and says of what nobody takes up that it waits. Runs in every process, also where no worker
 * does, so that nothing is ever stuck behind workers that are gone.
 */
export function startDeadlines({ db, operationDeadline, log, every = 5 }: DeadlineOptions): Running {
  let away = false
  return repeat(
    every,
    async () => {
      // First what has to end; then what is only told. Neither a failure nor a backlog of one holds up the other.
      const steps = [
        ...workTables.map((table) => async () => {
          const ended = await endOverdue(db, table, operationDeadline)
          if (ended > 0) log.warn({ kind: kindOf(table), ended }, 'work was given up at its deadline')
        }),
        ...workTables.map((table) => () => markUnclaimed(db, table)),
      ]
      const failures: unknown[] = []
      for (const step of steps) await step().catch((error: unknown) => failures.push(error))
      if (failures.length > 0) throw failures[0]
      away = false
    },
    (error) => {
      if (!away) log.error({ err: error }, 'deadlines cannot be checked; it keeps trying')
      away = true
    },
  )
}
