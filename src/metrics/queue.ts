import { sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { backup, snapshot } from '../database/tables.ts'
import { processes, type Work } from '../resources/lifecycle.ts'

/** The rows of all accounts that are in transition, of one kind of work. */
export interface QueueOfWork {
  work: Work
  /** Those that a worker may claim now. */
  due: number
  /** Those that a worker has. */
  leased: number
  /** Those that wait for their next attempt. */
  delayed: number
  /** Since the oldest was accepted; 0 where there is none. */
  oldestSeconds: number
}

/**
 * What is in the queue. It reads the rows in transition alone, by the index of the work that is due. When a row was
 * accepted is not kept, save for a creation: it is told by the deadline, and so by today's OPERATION_DEADLINE (seconds).
 */
export function queueStatement(operationDeadline: number) {
  const accepted = (table: typeof snapshot | typeof backup) =>
    sql`${table.deadline} - ${operationDeadline} * interval '1 second'`
  const rows = (table: typeof snapshot | typeof backup, work: unknown, since: unknown) => sql`
    select ${work} as work, ${table.runAfter} <= now() as due,
      coalesce(${table.leaseExpires} > now(), false) as leased, ${since} as since
    from ${table} where ${table.transitioning} = 'yes'`
  const { accepted: requested, running: creating } = processes['snapshot.create']
  const ofSnapshot = sql`case
    when ${snapshot.state} in (${requested}, ${creating}) then 'snapshot.create'
    when ${snapshot.state} = ${processes['snapshot.backup'].running} then 'snapshot.backup'
    else 'snapshot.remove' end`
  const sinceOfSnapshot = sql`case
    when ${snapshot.state} in (${requested}, ${creating}) then ${snapshot.created} else ${accepted(snapshot)} end`
  return sql`
    select work, count(*) filter (where due)::int as due, count(*) filter (where leased and not due)::int as leased,
      count(*) filter (where not leased and not due)::int as delayed,
      greatest(0, extract(epoch from now() - min(since)))::float8 as "oldestSeconds"
    from (${rows(snapshot, ofSnapshot, sinceOfSnapshot)}
      union all ${rows(backup, sql`'backup.remove'`, accepted(backup))}) as queue
    group by work`
}

/** Reads it. Kinds of work of which there are no rows are there too. */
export async function readQueue(
  db: Pick<PostgresJsDatabase, 'execute'>,
  operationDeadline: number,
): Promise<QueueOfWork[]> {
  const found = await db.execute<{ [K in keyof QueueOfWork]: QueueOfWork[K] }>(
    queueStatement(operationDeadline),
  )
  return (Object.keys(processes) as Work[]).map(
    (work) =>
      found.find((row) => row.work === work) ?? { work, due: 0, leased: 0, delayed: 0, oldestSeconds: 0 },
  )
}
