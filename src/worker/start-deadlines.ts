import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { Log } from '../log.ts'
import { type Running, repeat } from '../repeat.ts'
import type { Work } from '../resources/lifecycle.ts'
import type { ChangedRow } from './change-in-batches.ts'
import { endOverdue } from './end-overdue.ts'
import { logTransition } from './log-transition.ts'
import { markUnclaimed } from './mark-unclaimed.ts'
import { processOf } from './record-outcome.ts'
import type { WorkObserver } from './work-observer.ts'
import { kindOf, type WorkRow, workTables } from './work-table.ts'

/** How many rows that a round ends have a line of their own; the last line has the count of all. */
const named = 100

export interface DeadlineOptions {
  db: PostgresJsDatabase
  /** Seconds; told to users. */
  operationDeadline: number
  log: Log
  observer?: WorkObserver | undefined
  /** Hears that there is something for the history. */
  changed?: () => void
  /** Seconds between rounds. */
  every?: number
}

/**
 * Ends what is overdue, and says of what nobody takes up that it waits. Runs in every process, also where no worker
 * does, so that nothing is ever stuck behind workers that are gone.
 */
export function startDeadlines({
  db,
  operationDeadline,
  log,
  observer,
  changed = () => {},
  every = 5,
}: DeadlineOptions): Running {
  let away = false
  return repeat(
    every,
    async () => {
      // First what has to end; then what is only told. Neither a failure nor a backlog of one holds up the other.
      const steps = [
        ...workTables.map((table) => async () => {
          const kind = kindOf(table)
          let told = 0
          const ended = await endOverdue(db, table, operationDeadline, (rows) => {
            for (const row of rows) {
              const work = processOf({ kind, state: row.from })
              observer?.overdue(work, 1)
              if (told++ < named) logOverdue(log, work, { ...row, kind })
            }
          })
          if (ended === 0) return
          changed()
          log.warn({ kind, ended }, 'work was given up at its deadline')
        }),
        ...workTables.map((table) => () => markUnclaimed(db, table)),
      ]
      const failures: unknown[] = []
      for (const step of steps) await step().catch((error: unknown) => failures.push(error))
      if (failures.length > 0) throw failures[0]
      if (away) log.info({}, 'deadlines are checked again')
      away = false
    },
    (error) => {
      if (!away) log.error({ err: error }, 'deadlines cannot be checked; it keeps trying')
      away = true
    },
  )
}

function logOverdue(log: Log, operation: Work, row: ChangedRow & Pick<WorkRow, 'kind'>): void {
  logTransition(log, { event: 'overdue', operation, row, from: row.from, to: row.state })
}
