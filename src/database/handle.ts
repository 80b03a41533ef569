import { sql } from 'drizzle-orm'
import { drizzle, type PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { Bond } from './bond.ts'
import type { ClientOptions, Rows, Statement as Sendable } from './connection.ts'
import { drizzleClient, transactionClient } from './drizzle-client.ts'
import type { Pool } from './pool.ts'
import type { Session } from './session.ts'
import type { Batching, SharedStatements } from './shared-statements.ts'
import { makeStatement, type Statement, type Values } from './statement.ts'
import type { Wakes } from './wakes.ts'

/** What of Drizzle is used on a handle; transactions are the handle's. */
export type Drizzle = Omit<PostgresJsDatabase, 'transaction'>

/** Where statements are run: on the pool, each by itself, or in a transaction. */
export interface Handle {
  /** Runs a statement that was made before, about the rows of an account. */
  run<Row>(statement: Statement<Row>, values: Values, account: bigint): Promise<Row[]>
  /** The account's rows of a key, by a statement that others may share; see SharedStatements. */
  share<Key, Row, Found>(
    batching: Batching<Key, Row, Found>,
    key: Key,
    account: bigint,
  ): Promise<readonly Row[]>
  /** For statements that are made as they are asked. */
  readonly drizzle: Drizzle
  /** Runs `work` in one transaction; whatever it throws rolls everything back. */
  transaction<R>(work: (handle: Handle) => Promise<R>): Promise<R>
  /**
   * Tells whoever listens to a channel that there is something to look at: with the commit of a transaction, else soon
   * after, and once for all that came together.
   */
  wake(channel: string): Promise<void>
  /**
   * The same until the bond breaks: then what is under way is cancelled and rejects with the bond's reason,
   * transactions roll back, and nothing more is sent.
   */
  until(bond: Bond): Handle
}

export interface HandleOptions {
  pool: Pool
  client: ClientOptions
  shared: SharedStatements
  wakes: Wakes
  /** Sees every statement before it is sent. */
  onStatement?: ((statement: string) => void) | undefined
}

/** On the pool. It is made for each request, so its view by Drizzle, which is dear, only once it is used. */
export class PoolHandle implements Handle {
  readonly #options: HandleOptions
  readonly #bond: Bond | null
  #drizzle: PostgresJsDatabase | null = null

  constructor(options: HandleOptions, bond: Bond | null = null) {
    this.#options = options
    this.#bond = bond
  }

  run<Row>(statement: Statement<Row>, values: Values, account: bigint): Promise<Row[]> {
    return this.runWith(statement, () => values, account)
  }

  /** The same, with values that are called for once there is a connection for it. */
  async runWith<Row>(statement: Statement<Row>, values: () => Values, account: bigint): Promise<Row[]> {
    const { pool, onStatement } = this.#options
    onStatement?.(statement.text)
    const make = () => toSend(statement, values(), account)
    const rows = await pool.run(statement.text, make, true, this.#bond, statement.isChange)
    return read(statement, rows, account)
  }

  share<Key, Row, Found>(
    batching: Batching<Key, Row, Found>,
    key: Key,
    account: bigint,
  ): Promise<readonly Row[]> {
    return this.#options.shared.ask(batching, key, account, this.#bond)
  }

  get drizzle(): PostgresJsDatabase {
    const { pool, client, onStatement } = this.#options
    this.#drizzle ??= drizzle(drizzleClient(pool, client, this.#bond), logger(onStatement))
    return this.#drizzle
  }

  transaction<R>(work: (handle: Handle) => Promise<R>): Promise<R> {
    return this.#options.pool.transaction(
      (session) => work(new TransactionHandle(session, this.#options)),
      this.#bond,
    )
  }

  async wake(channel: string): Promise<void> {
    this.#options.wakes.wake(channel)
  }

  until(bond: Bond): PoolHandle {
    return new PoolHandle(this.#options, bond)
  }
}

/** In a transaction. */
class TransactionHandle implements Handle {
  readonly #session: Session
  readonly #options: HandleOptions
  #drizzle: PostgresJsDatabase | null = null

  constructor(session: Session, options: HandleOptions) {
    this.#session = session
    this.#options = options
  }

  async run<Row>(statement: Statement<Row>, values: Values, account: bigint): Promise<Row[]> {
    this.#options.onStatement?.(statement.text)
    const rows = await this.#session.run(toSend(statement, values, account), true)
    return read(statement, rows, account)
  }

  async share<Key, Row, Found>(
    { statement, valuesOf, rowsOf }: Batching<Key, Row, Found>,
    key: Key,
    account: bigint,
  ): Promise<readonly Row[]> {
    const keys = [key]
    return rowsOf(keys, await this.run(statement, valuesOf(keys), account))[0] ?? []
  }

  get drizzle(): PostgresJsDatabase {
    const { client, onStatement } = this.#options
    this.#drizzle ??= drizzle(transactionClient(this.#session, client), logger(onStatement))
    return this.#drizzle
  }

  async wake(channel: string): Promise<void> {
    await this.run(notification, { channel }, nobody)
  }

  transaction<R>(): Promise<R> {
    throw new Error('a transaction has none within')
  }

  until(): Handle {
    throw new Error('a transaction ends with whatever it was begun in')
  }
}

/** The account of statements that are about the rows of none. */
export const nobody = 0n

/** Wakes up whoever listens to the value `channel`. */
export const notification = makeStatement(
  sql`select pg_notify(${sql.placeholder('channel')}, '')`,
  () => null,
)

function toSend(
  { text, isPrepared, parameters }: Statement<unknown>,
  values: Values,
  account: bigint,
): Sendable {
  return [text, parameters(values, account) as never, { prepare: isPrepared }]
}

function read<Row>(statement: Statement<Row>, found: Rows, account: bigint): Row[] {
  const rows = new Array<Row>(found.length)
  for (let i = 0; i < rows.length; i++) rows[i] = statement.row(found[i] as unknown as unknown[], account)
  // Promises that have waited long are old to the garbage collector, which keeps what they hold until it looks at all.
  found.length = 0
  return rows
}

function logger(onStatement: HandleOptions['onStatement']) {
  return onStatement ? { logger: { logQuery: onStatement } } : {}
}
