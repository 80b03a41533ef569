import type { Link } from '../linked-list.ts'
import type { Bond, Part } from './bond.ts'
import type { Connection, Query, Rows, Statement } from './connection.ts'
import { ConnectionError } from './connection-error.ts'
import { tellEnd } from './observe.ts'
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
  /** Hears of its statements. */
  observer?: StatementObserver | undefined
}

/**
 * A connection as long as it belongs to one statement, or to one transaction. It is given back when nothing is under
 * way: every statement answered, and every cancel through, so that none hits a statement of whoever is next.
 */
export class Session {
  readonly connection: Connection
  readonly options: SessionOptions
  /** Statements that were not answered, and cancels that are not through. */
  #under = 0
  #onIdle: (() => void) | null = null

  constructor(connection: Connection, options: SessionOptions) {
    this.connection = connection
    this.options = options
  }

  /**
   * Sends a statement. Rejects as soon as the bond breaks, with its reason, and with CONNECTION_SILENT where there is
   * no answer in time; the connection is destroyed then. `bond` null: it has to be seen through. `isChange`: a broken
   * bond has it cancelled, but it rejects with the reason only if that came in time. `since`: the monotonic time at which
   * it began to wait.
   */
  run(
    statement: Statement,
    asArrays = false,
    bond: Bond | null = this.options.bond,
    { isChange = false, since = performance.now() } = {},
  ): Promise<Rows> {
    if (bond?.isBroken) return Promise.reject(bond.reason)
    const sent = new Promise<Rows>((resolve, reject) => {
      const query = this.connection.send(statement, asArrays)
      new Sent(this, query, { bond, isChange, resolve, reject })
    })
    const { observer } = this.options
    return observer ? told(observer, statement[0], since, sent) : sent
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

  begin(): void {
    this.#under++
  }

  end(): void {
    this.#under--
    if (this.#under > 0) return
    const callback = this.#onIdle
    this.#onIdle = null
    callback?.()
  }
}

async function told(
  observer: StatementObserver,
  text: string,
  since: number,
  sent: Promise<Rows>,
): Promise<Rows> {
  try {
    const rows = await sent
    tellEnd(observer, text, since, null)
    return rows
  } catch (error) {
    tellEnd(observer, text, since, error)
    throw error
  }
}

/** Who waits for a statement. */
interface Asker {
  bond: Bond | null
  isChange: boolean
  resolve(rows: Rows): void
  reject(reason: unknown): void
}

/** A statement that was sent. An object of its own rather than some functions: there is one for every statement. */
class Sent {
  readonly #session: Session
  readonly #query: Query
  readonly #for: Asker
  readonly #watch: NodeJS.Timeout | undefined
  readonly #link: Link<Part> | undefined
  #isAnswered = false

  constructor(session: Session, query: Query, asker: Asker) {
    this.#session = session
    this.#query = query
    this.#for = asker
    const { patience } = session.options
    if (patience !== null) this.#watch = setTimeout(giveUpSoon, patience, this)
    session.begin()
    this.#link = asker.bond?.add(this)
    query.then(
      (rows) => {
        this.#settle()
        asker.resolve(rows)
      },
      (error) => {
        // It could not be made, or the server ends it: what still comes is its close.
        if (query.state === null || error?.severity === 'FATAL') session.connection.destroy()
        this.#settle()
        asker.reject(asker.bond?.isBroken ? asker.bond.reason : error)
      },
    )
  }

  /** The bond has broken. */
  end(reason: unknown): void {
    if (!this.#for.isChange) this.#for.reject(reason)
    void this.#cancel()
  }

  giveUp(): void {
    if (this.#isAnswered) return
    this.#for.reject(new ConnectionError('CONNECTION_SILENT', 'the database does not answer in time'))
    this.#session.connection.destroy()
  }

  #settle(): void {
    this.#isAnswered = true
    clearTimeout(this.#watch)
    this.#for.bond?.remove(this.#link)
    this.#session.end()
  }

  /** Has the server give it up. It ends with its answer, or with its connection. */
  async #cancel(): Promise<void> {
    this.#session.begin()
    while (!this.#isAnswered) {
      if (this.#query.state !== null) await this.#session.options.cancel(this.#query.state.pid)
      await settledWithin(cancelAgain, this.#query)
    }
    this.#session.end()
  }
}

/** Only after the sockets were read: where this process itself was held up, the answer may be there. */
function giveUpSoon(sent: Sent): void {
  setImmediate(() => sent.giveUp())
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
