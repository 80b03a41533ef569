import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import postgres, { type Sql } from 'postgres'
import { nobody, notification, PoolHandle } from './handle.ts'
import { Notifications } from './notifications.ts'
import { Pool } from './pool.ts'
import { SharedStatements } from './shared-statements.ts'
import type { PoolUse, StatementObserver } from './statement-observer.ts'
import { Wakes } from './wakes.ts'

/** Where Postgres is: a server by its URL, or the embedded one by its socket. */
export type DatabaseAddress =
  | { url: string }
  | { path: string; username: string; password: string; database: string }

export interface DatabaseOptions {
  /** Connections at most. */
  pool: number
  /** Seconds after which the server gives up a statement; 0: never. */
  statementTimeout: number
  /**
   * Seconds that a statement has beyond that to be answered, before its connection counts as silent; it waits as long
   * for a connection. Default: 2, for a server that is slow to tell of its timeout.
   */
  margin?: number
  /** Sees every statement before it is sent. */
  onStatement?: (statement: string) => void
  /** Hears of every statement when it has ended. */
  observer?: StatementObserver | undefined
  /** Hears how each statement and transaction ended: null, or what it failed with. */
  onOutcome?: (error: unknown) => void
}

export interface Database {
  /** Drizzle's view of it. */
  db: PostgresJsDatabase
  /** For the statements of accounts. */
  handle: PoolHandle
  /** As postgres.js has it, but to LISTEN; what else is asked of it waits without a bound. */
  client: Sql
  use: PoolUse
  close(): Promise<void>
}

/** Connects lazily; a connection that breaks is made anew with the next statement. */
export function connect(address: DatabaseAddress, options: DatabaseOptions): Database {
  const settings = {
    max: 1,
    connect_timeout: 5,
    // Of arrays, which are sent as texts here. Where the connection closes meanwhile, postgres.js 3.4.9 throws it at the process.
    fetch_types: false,
    onnotice: () => {},
    connection: {
      application_name: 'snapshot-gateway',
      TimeZone: 'UTC',
      DateStyle: 'ISO',
      statement_timeout: options.statementTimeout * 1000,
      // So that the locks of a transaction whose gateway has vanished from the network are free half a minute later.
      tcp_keepalives_idle: 10,
      tcp_keepalives_interval: 5,
      tcp_keepalives_count: 4,
    },
  }
  const client = 'url' in address ? postgres(address.url, settings) : postgres({ ...address, ...settings })
  const notifications = new Notifications(client.options)
  Object.assign(client, {
    listen: async (...args: Parameters<Notifications['listen']>) => ({
      unlisten: await notifications.listen(...args),
    }),
  })
  const { statementTimeout, margin = 2, onStatement, observer, onOutcome } = options
  const patience = statementTimeout === 0 ? null : (statementTimeout + margin) * 1000
  const pool = new Pool(client.options, { size: options.pool, patience, observer, onOutcome })
  const wakes: Wakes = new Wakes((channel) => handle.run(notification, { channel }, nobody))
  const shared: SharedStatements = new SharedStatements((statement, values, account, bond) =>
    handle.until(bond).runWith(statement, values, account),
  )
  const handle = new PoolHandle({ pool, client: client.options, shared, wakes, onStatement })
  return {
    db: handle.drizzle,
    handle,
    client,
    use: pool.use,
    close: async () => {
      await Promise.all([pool.close(), notifications.close(), client.end({ timeout: 5 })])
    },
  }
}
