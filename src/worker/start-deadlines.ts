import { and, lt, type SQL, sql } from 'drizzle-orm'
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
      // First what has to end; then what is only told. Neither a failure nor a backlog of one holds up the other.
      const steps = [
        ...tables.map((table) => async () => {
          const ended = await endOverdue(db, table, operationDeadline)
          if (ended > 0) log.warn({ kind: kindOf(table), ended }, 'work was given up at its deadline')
        }),
        ...tables.map((table) => () => markUnclaimed(db, table)),
      ]
      const failures: unknown[] = []
      for (const step of steps) await step().catch((error: unknown) => failures.push(error))
      if (failures.length > 0) throw failures[0]
      away = false
    },
    (error) => {
      if (!away) log.error({ err: error }, 'deadlines cannot be looked at; it goes on trying')
      away = true
    },
  )
}

const tables = [snapshot, backup]

type WorkTable = typeof snapshot | typeof backup

/** Ends rows past their deadline as the lifecycle says. A driver that is still running can record nothing more. */
export async function endOverdue(
  db: PostgresJsDatabase,
  table: WorkTable,
  operationDeadline: number,
): Promise<number> {
  const failed = Object.entries(processes)
    .filter(([work]) => (work as Work).startsWith(`${kindOf(table)}.`))
    .flatMap(([, { accepted, running, failed }]) =>
      [...new Set([accepted, running])].map((state) => sql`when ${state} then ${failed}`),
    )
  return inBatches(db, table, lt(table.deadline, sql`now()`), {
    ...settled,
    state: sql`case ${table.state} ${sql.join(failed, sql` `)} end`,
    transitioning: 'error',
    transitioningMessage: sql`${`gave up after ${durationText(operationDeadline)}: `} || coalesce(${table.transitioningMessage}, '')`,
  })
}

/** Seconds after which a row that is due says that it waits. */
const patience = 30
const unclaimed = `No worker has taken this up for ${patience} s: all are busy, or none is running`

/** Says of due rows that nobody takes them up. */
export async function markUnclaimed(db: PostgresJsDatabase, table: WorkTable): Promise<void> {
  const waits = and(
    lt(table.runAfter, sql`now() - ${patience} * interval '1 second'`),
    sql`${table.transitioningMessage} is distinct from ${unclaimed}`,
  )
  await inBatches(db, table, waits, { transitioningMessage: unclaimed })
}

function kindOf(table: WorkTable): 'snapshot' | 'backup' {
  return table === snapshot ? 'snapshot' : 'backup'
}

const batchSize = 1000

/**
 * Changes rows in transition that meet a condition, a batch at a time: a backlog of hundreds of thousands would run
 * into STATEMENT_TIMEOUT as one statement, again and again. Rows that others are changing are left to the next round.
 */
async function inBatches(
  db: PostgresJsDatabase,
  table: WorkTable,
  where: SQL | undefined,
  set: Record<string, unknown>,
): Promise<number> {
  for (let total = 0; ; ) {
    const batch = db.$with('batch').as(
      db
        .select({ accountId: table.accountId, id: table.id })
        .from(table)
        .where(and(sql`${table.transitioning} = 'yes'`, where))
        .limit(batchSize)
        .for('update', { skipLocked: true }),
    )
    const changed = await db
      .with(batch)
      .update(table)
      .set(set)
      .where(sql`(${table.accountId}, ${table.id}) in (select ${batch.accountId}, ${batch.id} from ${batch})`)
      .returning({ id: table.id })
    total += changed.length
    if (changed.length < batchSize) return total
  }
}
