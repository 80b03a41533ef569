import { and, lt, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { backup, snapshot } from '../database/tables.ts'
import { processes, type Work } from '../resources/lifecycle.ts'
import type { Log } from './log.ts'
import { durationText } from './messages.ts'
import { settled } from './record-outcome.ts'
import { type Running, repeat } from './repeat.ts'

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
      for (const table of [snapshot, backup]) {
        const ended = await endOverdue(db, table, operationDeadline)
        if (ended > 0)
          log.warn(
            { kind: table === snapshot ? 'snapshot' : 'backup', ended },
            'work was given up at its deadline',
          )
        await markUnclaimed(db, table)
      }
      away = false
    },
    (error) => {
      if (!away) log.error({ err: error }, 'deadlines cannot be looked at; it goes on trying')
      away = true
    },
  )
}

type WorkTable = typeof snapshot | typeof backup

/** Ends rows past their deadline as the lifecycle says. A driver that is still running can record nothing more. */
export async function endOverdue(
  db: PostgresJsDatabase,
  table: WorkTable,
  operationDeadline: number,
): Promise<number> {
  const kind = table === snapshot ? 'snapshot' : 'backup'
  const failed = Object.entries(processes)
    .filter(([work]) => (work as Work).startsWith(`${kind}.`))
    .flatMap(([, { accepted, running, failed }]) =>
      [...new Set([accepted, running])].map((state) => sql`when ${state} then ${failed}`),
    )
  const rows = await db
    .update(table)
    .set({
      ...settled,
      state: sql`case ${table.state} ${sql.join(failed, sql` `)} end`,
      transitioning: 'error',
      transitioningMessage: sql`${`gave up after ${durationText(operationDeadline)}: `} || coalesce(${table.transitioningMessage}, '')`,
    })
    .where(and(sql`${table.transitioning} = 'yes'`, lt(table.deadline, sql`now()`)))
    .returning({ id: table.id })
  return rows.length
}

/** Seconds after which a row that is due says that it waits. */
const patience = 30
const unclaimed = `No worker has taken this up for ${patience} s: all are busy, or none is running`

export async function markUnclaimed(db: PostgresJsDatabase, table: WorkTable): Promise<void> {
  await db
    .update(table)
    .set({ transitioningMessage: unclaimed })
    .where(
      and(
        sql`${table.transitioning} = 'yes'`,
        lt(table.runAfter, sql`now() - ${patience} * interval '1 second'`),
        sql`${table.transitioningMessage} is distinct from ${unclaimed}`,
      ),
    )
}
