import type { Bond } from './bond.ts'
import type { Connection, Query, Rows, Statement } from './connection.ts'
import { ConnectionError } from './connection-error.ts'
import { observe } from './observe.ts'
import type { StatementObserver } from './statement-observer.ts'

/** Milliseconds after which a cancel is sent again: one that comes between two messages of a statement is ignored. */
const cancelAgain = 250

export interface SessionOptions {
  /** Milliseconds that a statement has to be answered; null: as long as it takes. */
  patience: number | null
  /** What ends its statements early. */
  bond: Bond | null
  /** Has the server cancel what a process of it runs; resolves once that cannot hit anything later. Never rejects. */
  cancel(pid: number): Promise<void>
  observer?: StatementObserver | undefined
}

/**
 * A connection as long as it belongs to one statement, or to one transaction. It is given back when nothing is under
 * way: every statement answered, and every cancel through, so that none hits a statement of whoever is next.
 */
export class Session {
  readonly #connection: Connection
  readonly #options: SessionOptions
  /** Statements that were not answered, and cancels that are not through. */
  #under = 0
  #onIdle: (() => void) | null = null

  constructor(connection: Connection, options: SessionOptions) {
    this.#connection = connection
    this.#options = options
  }

  /**
   * Sends a statement. Rejects as soon as the bond breaks, with its reason, and with CONNECTION_SILENT where there is
   * no answer in time; the connection is destroyed then. `bond` null: it has to be seen through.
   */
  run(
    statement: Statement,
    asArrays = false,
    bond: Bond | null = this.#options.bond,
    since = performance.now(),
  ): Promise<Rows> {
    if (bond?.isBroken) return Promise.reject(bond.reason)
    return observe(this.#options.observer, statement[0], this.#send(statement, asArrays, bond), since)
  }

  #send(statement: Statement, asArrays: boolean, bond: Bond | null): Promise<Rows> {
    return new Promise((resolve, reject) => {
      const query = this.#connection.send(statement, asArrays)
      let answered = false
      const end = (reason: unknown) => {
        reject(reason)
        void this.#cancel(query, () => answered)
      }
      // Only after the sockets were read: where this process itself was held up, the answer may be there.
      const giveUp = () => {
        if (answered) return
        reject(new ConnectionError('CONNECTION_SILENT', 'the database does not answer in time'))
        this.#connection.destroy()
      }
      const { patience } = this.#options
      const watch = patience === null ? undefined : setTimeout(() => setImmediate(giveUp), patience)
      const settle = () => {
        answered = true
        clearTimeout(watch)
        bond?.remove(end)
        this.#leave()
      }
      this.#under++
      bond?.add(end)
      query.then(
        (rows) => {
          settle()
          resolve(rows)
        },
        (error) => {
          // It could not be made, or the server ends it: what still comes is its close.
          if (query.state === null || error?.severity === 'FATAL') this.#connection.destroy()
          settle()
          reject(error)
        },
      )
    })
  }

  /** Resolves when nothing is under way. */
  idle(): Promise<void> {
    return new Promise((resolve) => this.whenIdle(resolve))
  }

  /** Calls back when nothing is under way, at once where nothing is. */
  whenIdle(callback: () => void): void {
    if (this.#under === 0) callback()
    else this.#onIdle = callback
  }

  /** Has the server give up a statement. It ends with its answer, or with its connection. */
  async #cancel(query: Query, isAnswered: () => boolean): Promise<void> {
    this.#under++
    while (!isAnswered()) {
      if (query.state !== null) await this.#options.cancel(query.state.pid)
      await settledWithin(cancelAgain, query)
    }
    this.#leave()
  }

  #leave(): void {
    this.#under--
    if (this.#under > 0) return
    const callback = this.#onIdle
    this.#onIdle = null
    callback?.()
  }
}

function settledWithin(milliseconds: number, promise: PromiseLike<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds)
    const settled = () => {
      clearTimeout(timer)
      resolve()
    }
    promise.then(settled, settled)
  })
}
