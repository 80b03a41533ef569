import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Database } from '../database/database.ts'
import type { StatementObserver } from '../database/statement-observer.ts'
import type { RequestObserver } from '../http/request-observer.ts'
import type { MetricsSource } from '../http/serve-metrics.ts'
import type { Log } from '../log.ts'
import { createDatabaseGauges, createStatementMetrics } from './database-metrics.ts'
import { readLastSuccesses } from './last-success.ts'
import { createRequestMetrics } from './request-metrics.ts'
import { createOperations, createWorkMetrics, type WorkMetrics } from './work-metrics.ts'

export interface Metrics extends MetricsSource {
  /** Every metric there is; docs/operating.md lists them. */
  readonly register: Registry
  readonly requests: RequestObserver
  readonly statements: StatementObserver
  readonly work: WorkMetrics
  /** From then on, what is asked of the database is told too. `operationDeadline` in seconds. */
  watchDatabase(database: Pick<Database, 'db' | 'use'>, operationDeadline: number): void
  /** Takes over what succeeded before this process began. Never rejects. */
  readLastSuccesses(db: Database['db'], log: Log): Promise<void>
  /** Tells how many processes of a pool hang. */
  watchStorage(pool: string, stuck: () => number): void
}

/** Makes the metrics of a process, in a registry of their own. */
export function createMetrics({ version }: { version: string }): Metrics {
  const register = new Registry()
  const registers = [register]
  collectDefaultMetrics({ register })
  new Gauge({
    name: 'snapshot_gateway_build_info',
    help: 'Always 1; the version of the program is in the label.',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1)
  const pools = new Map<string, () => number>()
  new Gauge({
    name: 'snapshot_gateway_storage_stuck_processes',
    help: 'Storage processes that were killed and do not die: their storage does not answer the kernel.',
    labelNames: ['pool'],
    registers,
    collect() {
      for (const [pool, stuck] of pools) this.set({ pool }, stuck())
    },
  })
  const operations = createOperations(register)
  const work = createWorkMetrics(register, operations)
  let lookAtDatabase = async () => {}
  return {
    register,
    requests: createRequestMetrics(register, operations),
    statements: createStatementMetrics(register),
    work,
    watchDatabase: (database, operationDeadline) => {
      lookAtDatabase = createDatabaseGauges(register, database, operationDeadline)
    },
    readLastSuccesses: async (db, log) => {
      try {
        for (const success of await readLastSuccesses(db)) work.lastSucceeded(success)
      } catch (error) {
        log.warn({ err: error }, 'the times of the last successes cannot be read; the metrics lack them')
      }
    },
    watchStorage: (pool, stuck) => {
      pools.set(pool, stuck)
    },
    contentType: register.contentType,
    scrape: async () => {
      await lookAtDatabase()
      return register.metrics()
    },
  }
}
