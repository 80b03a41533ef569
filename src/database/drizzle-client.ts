import type { Sql } from 'postgres'
import type { Bond } from './bond.ts'
import type { ClientOptions, Rows, Statement } from './connection.ts'
import type { Pool } from './pool.ts'
import type { Session } from './session.ts'

/** The pool as Drizzle uses a client of postgres.js: just those of its methods. */
export function drizzleClient(pool: Pool, options: ClientOptions, bond: Bond | null): Sql {
  return {
    options,
    unsafe: (...statement: Statement) =>
      new Pending((asArrays) => pool.run(statement[0], () => statement, asArrays, bond)),
    begin: <R>(work: (client: Sql) => Promise<R>) =>
      pool.transaction((session) => work(transactionClient(session, options)), bond),
  } as unknown as Sql
}

/** A transaction as Drizzle uses one of postgres.js. */
export function transactionClient(session: Session, options: ClientOptions): Sql {
  let savepoints = 0
  const client = {
    options,
    unsafe: (...statement: Statement) => new Pending((asArrays) => session.run(statement, asArrays)),
    savepoint: async <R>(work: (client: Sql) => Promise<R>): Promise<R> => {
      const name = `s${savepoints++}`
      await session.run([`savepoint ${name}`])
      try {
        return await work(client)
      } catch (error) {
        await session.run([`rollback to ${name}`])
        throw error
      }
    },
  } as unknown as Sql
  return client
}

/** A statement that is sent when it is awaited, so that it can be said before how its rows are wanted. */
class Pending implements PromiseLike<Rows> {
  readonly #run: (asArrays: boolean) => Promise<Rows>
  #asArrays = false

  constructor(run: (asArrays: boolean) => Promise<Rows>) {
    this.#run = run
  }

  values(): this {
    this.#asArrays = true
    return this
  }

  // biome-ignore lint/suspicious/noThenProperty: it is what Drizzle awaits
  then<A, B>(
    onRows?: ((rows: Rows) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#run(this.#asArrays).then(onRows as (rows: Rows) => A, onError)
  }
}
