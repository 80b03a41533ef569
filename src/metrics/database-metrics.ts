import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { Database } from '../database/database.ts'
import { shareAnswer } from '../database/share-answer.ts'
import { type StatementObserver, statementFailures } from '../database/statement-observer.ts'
import { readQueue } from './queue.ts'

/** Counts and times statements. */
export function createStatementMetrics(register: Registry): StatementObserver {
  const registers = [register]
  const durations = new Histogram({
    name: 'snapshot_gateway_sql_statement_duration_seconds',
    help: 'SQL statements of this process, with the wait for a connection; begin: that wait of a transaction.',
    labelNames: ['statement'],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const errors = new Counter({
    name: 'snapshot_gateway_sql_errors_total',
    help: 'SQL statements that failed: by STATEMENT_TIMEOUT, because the database is away or busy, or for another reason.',
    labelNames: ['reason'],
    registers,
  })
  for (const reason of statementFailures) errors.inc({ reason }, 0)
  return {
    ended: ({ kind, seconds, failure }) => {
      durations.observe({ statement: kind }, seconds)
      if (failure !== null) errors.inc({ reason: failure })
    },
  }
}

/** What is looked at when the metrics are asked for: the pool, and what is in the queue of the whole database. */
export function createDatabaseGauges(
  register: Registry,
  { db, use }: Pick<Database, 'db' | 'use'>,
  operationDeadline: number,
): () => Promise<void> {
  const registers = [register]
  const gauge = (name: string, help: string, read: () => number) =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  gauge(
    'snapshot_gateway_database_pool_size',
    'Connections at most: DATABASE_POOL, for requests; of a worker alone, those of its work.',
    () => use.size,
  )
  gauge(
    'snapshot_gateway_database_pool_in_use',
    'Connections that have a transaction or a statement, or are being made.',
    use.inUse,
  )
  gauge(
    'snapshot_gateway_database_pool_waiting',
    'Transactions and statements that wait for a connection.',
    use.waiting,
  )
  const up = new Gauge({
    name: 'snapshot_gateway_database_up',
    help: 'Whether the database has answered within 2 s, when these metrics were asked for. Without it, nothing is told of the queue.',
    registers,
  })
  const rows = new Gauge({
    name: 'snapshot_gateway_queue_rows',
    help: 'Rows in transition, of all accounts: due for a worker, leased by one, or delayed until their next attempt.',
    labelNames: ['operation', 'state'],
    registers,
  })
  const oldest = new Gauge({
    name: 'snapshot_gateway_queue_oldest_age_seconds',
    help: 'Since the acceptance of the oldest row in transition, of all accounts; 0 where there is none.',
    labelNames: ['operation'],
    registers,
  })
  const look = shareAnswer(() => readQueue(db, operationDeadline))
  return async () => {
    const queue = await look()
    up.set(queue === null ? 0 : 1)
    rows.reset()
    oldest.reset()
    for (const { work: operation, due, leased, delayed, oldestSeconds } of queue ?? []) {
      rows.set({ operation, state: 'due' }, due)
      rows.set({ operation, state: 'leased' }, leased)
      rows.set({ operation, state: 'delayed' }, delayed)
      oldest.set({ operation }, oldestSeconds)
    }
  }
}
