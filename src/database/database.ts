import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres, { type Sql } from 'postgres'
import { observeStatements } from './observe-statements.ts'
import type { PoolUse, StatementObserver } from './statement-observer.ts'
import { surviveClosing } from './survive-closing.ts'

/** Where Postgres is: a server by its URL, or the embedded one by its socket. */
export type DatabaseAddress =
  | { url: string }
  | { path: string; username: string; password: string; database: string }

export interface DatabaseOptions {
  /** Connections at most. */
  pool: number
  /** Seconds after which the server gives up a statement. */
  statementTimeout: number
  /** Sees every statement before it is sent. */
  onStatement?: (statement: string) => void
  /** Hears of every statement when it has ended. */
  observer?: StatementObserver | undefined
}

/** A connection pool: Drizzle's view of it for statements, the driver's own for LISTEN and the end. */
export interface Database {
  db: PostgresJsDatabase
  client: Sql
  use: PoolUse
  close(): Promise<void>
}

/** Connects lazily; a connection that breaks is made anew with the next statement. */
export function connect(address: DatabaseAddress, options: DatabaseOptions): Database {
  const settings = {
    max: options.pool,
    connect_timeout: 5,
    // Seconds between tries of a connection. The driver's own grow to 20, in which statements wait: measured, after the
    // database was back within 2 s, up to 19.6 s; with these 2.6.
    backoff: (tries: number) => Math.min(0.5, 0.02 * 2 ** tries),
    onnotice: () => {},
    connection: {
      application_name: 'snapshot-gateway',
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      statement_timeout: options.statementTimeout * 1000,
    },
  }
  const pool = 'url' in address ? postgres(address.url, settings) : postgres({ ...address, ...settings })
  const observed = observeStatements(pool, options.pool, options.observer)
  const client = surviveClosing(observed.client)
  const { onStatement } = options
  const db = drizzle(client, onStatement ? { logger: { logQuery: onStatement } } : {})
  return { db, client, use: observed.use, close: () => client.end({ timeout: 5 }) }
}
