import { setTimeout as pause } from 'node:timers/promises'
import { LinkedList } from '../linked-list.ts'
import { Availability } from './availability.ts'
import type { Bond } from './bond.ts'
import { type ClientOptions, Connection, type Rows, type Statement } from './connection.ts'
import { ConnectionError } from './connection-error.ts'
import { tellEnd } from './observe.ts'
import { Session } from './session.ts'
import type { PoolUse, StatementObserver } from './statement-observer.ts'

export interface PoolOptions {
  /** Connections at most; beside them there may be one that cancels. */
  size: number
  /** Milliseconds that a statement waits for a connection, and then for its answer; null: as long as it takes. */
  patience: number | null
  observer?: StatementObserver | undefined
  /** Hears how each statement and transaction ended: null, or what it failed with. */
  onOutcome?: ((error: unknown) => void) | undefined
}

/** Milliseconds that the server has to cancel a statement. */
const cancelPatience = 2000
/** Milliseconds that a connection has to be made. */
const openPatience = 5000
/** Milliseconds after which one more is tried where there are some, and the last try has failed. */
const openAgain = 500
/** Milliseconds that what is under way has to end when the pool is closed. */
const closePatience = 1000

/**
 * Connections, each for one statement or transaction at a time; the others wait their turn. Nothing waits for ever:
 * for a connection or an answer only as long as the patience, less where its bond breaks, and not at all while the
 * database is away.
 */
export class Pool {
  readonly #client: ClientOptions
  readonly #options: PoolOptions
  readonly #all = new Set<Connection>()
  readonly #idle: Connection[] = []
  /** In the order in which they came. */
  readonly #waiting = new LinkedList<Waiter>()
  #canceller: Connection | null = null
  readonly #availability = new Availability(() => this.#open())
  #opening = 0
  #openLater: NodeJS.Timeout | null = null
  #isClosed = false

  constructor(client: ClientOptions, options: PoolOptions) {
    this.#client = client
    this.#options = options
  }

  /** How much of it is used. */
  get use(): PoolUse {
    return {
      size: this.#options.size,
      inUse: () => this.#all.size - this.#idle.length,
      waiting: () => this.#waiting.size,
    }
  }

  /**
   * Runs one statement by itself, which is made once there is a connection for it. `isChange`: once it was sent, what came
   * of it is waited for, also where the bond breaks and it is cancelled.
   */
  async run(
    text: string,
    make: () => Statement,
    asArrays: boolean,
    bond: Bond | null,
    isChange = false,
  ): Promise<Rows> {
    if (bond?.isBroken) throw bond.reason
    const start = performance.now()
    try {
      const connection = this.#take() ?? (await this.#wait(bond))
      const rows = await this.#runOn(connection, make, asArrays, bond, isChange)
      this.#tell(text, start, null)
      return rows
    } catch (error) {
      this.#tell(text, start, error)
      throw error
    }
  }

  /**
   * Runs `work` in a transaction; whatever it throws rolls back. Where the bond breaks, it rejects at once, and rolls
   * back by itself; not any more when the commit is under way, whose answer is worth waiting for.
   */
  transaction<R>(work: (session: Session) => Promise<R>, bond: Bond | null): Promise<R> {
    const running = this.#transaction(work, bond)
    const { onOutcome } = this.#options
    if (onOutcome) running.then(() => onOutcome(null), onOutcome)
    return running
  }

  async #transaction<R>(work: (session: Session) => Promise<R>, bond: Bond | null): Promise<R> {
    const start = performance.now()
    const connection = this.#take() ?? (await this.#wait(bond))
    const session = this.#sessionOn(connection, bond, this.#options.observer)
    try {
      await session.run(['begin'], false, bond, { since: start })
      const lost = new Promise<never>((_, reject) => {
        connection.onLost = reject
      })
      const result = await Promise.race([work(session), lost])
      if (bond?.isBroken) throw bond.reason
      const ended = await session.run(['commit'], false, null)
      // A statement failed, and `work` did not mind: Postgres does, and answers a commit by rolling back.
      if (ended.command === 'ROLLBACK') throw new Error('the transaction had failed before its commit')
      session.whenIdle(() => this.#giveBack(connection))
      return result
    } catch (error) {
      const rolledBack = this.#rollBack(connection, session)
      if (!bond?.isBroken) await rolledBack
      throw error
    }
  }

  /** Lets what is under way end, for a while, and closes the connections. */
  async close(): Promise<void> {
    this.#isClosed = true
    this.#availability.reached()
    for (const { end } of this.#waiting.values()) end(closed())
    const end = performance.now() + closePatience
    while (this.#idle.length < this.#all.size && performance.now() < end) await pause(10)
    const connections = [...this.#all, ...(this.#canceller ? [this.#canceller] : [])]
    await Promise.all(connections.map((connection) => connection.end()))
  }

  #runOn(
    connection: Connection,
    make: () => Statement,
    asArrays: boolean,
    bond: Bond | null,
    isChange: boolean,
  ): Promise<Rows> {
    const session = this.#sessionOn(connection, bond)
    try {
      return session.run(make(), asArrays, bond, { isChange })
    } finally {
      session.whenIdle(() => this.#giveBack(connection)) // also where it could not be made
    }
  }

  #tell(text: string, start: number, error: unknown): void {
    tellEnd(this.#options.observer, text, start, error)
    this.#options.onOutcome?.(error)
  }

  #sessionOn(connection: Connection, bond: Bond | null, observer?: StatementObserver): Session {
    return new Session(connection, { patience: this.#options.patience, bond, cancel: this.#cancel, observer })
  }

  async #rollBack(connection: Connection, session: Session): Promise<void> {
    await session.idle()
    // What cannot be rolled back ends with its connection.
    if (!connection.isClosed) await session.run(['rollback'], false, null).catch(() => connection.destroy())
    session.whenIdle(() => this.#giveBack(connection))
  }

  #take(): Connection | undefined {
    return this.#isClosed ? undefined : this.#idle.pop()
  }

  #wait(bond: Bond | null): Promise<Connection> {
    if (this.#isClosed) return Promise.reject(closed())
    if (bond?.isBroken) return Promise.reject(bond.reason)
    const { reason } = this.#availability
    if (reason !== null) return Promise.reject(reason)
    const { patience } = this.#options
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        take: (connection) => {
          leave()
          resolve(connection)
        },
        end: (reason) => {
          leave()
          reject(reason)
        },
      }
      const leave = () => {
        clearTimeout(watch)
        this.#waiting.remove(place)
        bond?.remove(part)
      }
      const watch = patience === null ? undefined : setTimeout(() => waiter.end(busy()), patience)
      const place = this.#waiting.add(waiter)
      const part = bond?.add(waiter)
      this.#grow()
    })
  }

  #giveBack(connection: Connection): void {
    connection.onLost = null
    if (connection.isClosed) return // its place is another's by now
    const next = this.#waiting.first
    if (next) next.take(connection)
    else this.#idle.push(connection)
  }

  /** Opens a connection for each that waits, as far as the size allows. */
  #grow(): void {
    if (this.#isClosed || this.#openLater) return
    while (this.#opening < this.#waiting.size && this.#all.size < this.#options.size)
      this.#open().catch((error) => this.#notOpened(error))
  }

  /** Resolves once it can be used, which a statement of its own finds out: nobody else's fails where it cannot. */
  async #open(): Promise<void> {
    const connection = new Connection(this.#client, () => {
      this.#all.delete(connection)
      const at = this.#idle.indexOf(connection)
      if (at >= 0) this.#idle.splice(at, 1)
      this.#grow()
    })
    this.#all.add(connection)
    this.#opening++
    try {
      const options = { patience: openPatience, bond: null, cancel: async () => {} }
      await new Session(connection, options).run(['select 1'])
    } finally {
      this.#opening--
    }
    this.#availability.reached()
    this.#giveBack(connection)
  }

  #notOpened(cause: unknown): void {
    if (this.#isClosed) return
    if ([...this.#all].every((connection) => connection.isClosed)) {
      const reason = this.#availability.lost(cause)
      for (const { end } of this.#waiting.values()) end(reason)
      return
    }
    // Those who wait get one of the others: the server allows no more, say.
    this.#openLater ??= setTimeout(() => {
      this.#openLater = null
      this.#grow()
    }, openAgain).unref()
  }

  /** By SQL, on a connection of its own: it needs no place in the pool, and works however the server is reached. */
  #cancel = async (pid: number): Promise<void> => {
    this.#canceller ??= new Connection(this.#client, () => {
      this.#canceller = null
    })
    const session = new Session(this.#canceller, {
      patience: cancelPatience,
      bond: null,
      cancel: async () => {},
    })
    // Where it fails it is tried again, or STATEMENT_TIMEOUT ends the statement.
    await session.run(['select pg_cancel_backend($1::int)', [pid]]).catch(() => {})
  }
}

interface Waiter {
  take(connection: Connection): void
  end(reason: unknown): void
}

function closed(): ConnectionError {
  return new ConnectionError('CONNECTION_ENDED', 'the database connections are closed')
}

function busy(): ConnectionError {
  return new ConnectionError('CONNECTION_BUSY', 'no database connection became free in time')
}
