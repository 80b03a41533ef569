import { type Link, LinkedList } from '../linked-list.ts'
import { Bond, type Part } from './bond.ts'
import type { Statement, Values } from './statement.ts'

/** How one statement serves several who ask, each by a key of its own. */
export interface BatchStatement<Key, Row, Found = unknown> {
  statement: Statement<Found>
  /** What the statement is asked with, for all of the keys. */
  valuesOf(keys: readonly Key[]): Values
  /** The rows of each key, in the order of the keys, of what the statement found. */
  rowsOf(keys: readonly Key[], found: readonly Found[]): readonly (readonly Row[])[]
  /** Keys at once, of different askers. */
  most: number
}

/** One that reads. */
export type Finder<Key, Row, Found = unknown> = BatchStatement<Key, Row, Found>

type AnyBatchStatement = BatchStatement<unknown, unknown>

/** Runs a statement until the bond breaks. */
type Run = <Row>(statement: Statement<Row>, values: Values, account: bigint, bond: Bond) => Promise<Row[]>

/**
 * Runs what requests ask for in the same turn of the event loop by one statement for each account, as a message to Postgres
 * and back is more work than most of what it asks for. It fails for all that asked; it is cancelled when none of them
 * waits for it any more. So one that changes something must wait for nobody else's locks.
 */
export class SharedStatements {
  readonly #run: Run
  /** What is gathered in this turn: a batch for each account. Null where nothing is. */
  #gathered: Map<AnyBatchStatement, Map<bigint, Batch>> | null = null

  constructor(run: Run) {
    this.#run = run
  }

  /**
   * The account's rows of a key. Rejects as soon as the bond breaks, with its reason; but of a change that was sent, what
   * came of it is waited for.
   */
  ask<Key, Row, Found>(
    statement: BatchStatement<Key, Row, Found>,
    key: Key,
    account: bigint,
    bond: Bond | null,
  ): Promise<readonly Row[]> {
    if (bond?.isBroken) return Promise.reject(bond.reason)
    return new Promise<readonly unknown[]>((resolve, reject) => {
      new Asker(this.#batchOf(statement as AnyBatchStatement, account), key, bond, resolve, reject)
    }) as Promise<readonly Row[]>
  }

  #batchOf(statement: AnyBatchStatement, account: bigint): Batch {
    if (this.#gathered === null) {
      this.#gathered = new Map()
      setImmediate(() => this.#sendAll()) // when all sockets were read that have something
    }
    const byAccount = this.#gathered.get(statement) ?? new Map<bigint, Batch>()
    this.#gathered.set(statement, byAccount)
    const begun = byAccount.get(account)
    // One that all have left is not sent.
    if (begun && !begun.bond.isBroken && begun.askers.size < statement.most) return begun
    const batch = new Batch(statement, account)
    if (begun) void this.#send(begun)
    byAccount.set(account, batch)
    return batch
  }

  #sendAll(): void {
    const gathered = this.#gathered
    this.#gathered = null
    for (const byAccount of gathered?.values() ?? [])
      for (const batch of byAccount.values()) void this.#send(batch)
  }

  async #send(batch: Batch): Promise<void> {
    const { statement, account, bond } = batch
    if (bond.isBroken) return
    batch.isSent = true
    const askers = batch.askers.values()
    const keys = askers.map(({ key }) => key)
    try {
      const found = await this.#run(statement.statement, statement.valuesOf(keys), account, bond)
      const rows = statement.rowsOf(keys, found)
      for (const [index, asker] of askers.entries()) asker.answer(rows[index] ?? [])
    } catch (error) {
      for (const asker of askers) asker.fail(error)
    }
  }
}

/** Those who are served by one statement. */
class Batch {
  readonly statement: AnyBatchStatement
  readonly account: bigint
  /** Those who have not left. */
  readonly askers = new LinkedList<Asker>()
  /** Broken when all have left. */
  readonly bond = new Bond()
  isSent = false

  constructor(statement: AnyBatchStatement, account: bigint) {
    this.statement = statement
    this.account = account
  }

  leave(place: Link<Asker>, reason: unknown): void {
    this.askers.remove(place)
    if (this.askers.size === 0) this.bond.break(reason)
  }
}

/** Who waits for an answer. */
class Asker {
  readonly key: unknown
  readonly #batch: Batch
  readonly #bond: Bond | null
  readonly #resolve: (rows: readonly unknown[]) => void
  readonly #reject: (reason: unknown) => void
  readonly #place: Link<Asker>
  readonly #link: Link<Part> | undefined

  /** It waits from now on. */
  constructor(
    batch: Batch,
    key: unknown,
    bond: Bond | null,
    resolve: (rows: readonly unknown[]) => void,
    reject: (reason: unknown) => void,
  ) {
    this.key = key
    this.#batch = batch
    this.#bond = bond
    this.#resolve = resolve
    this.#reject = reject
    this.#place = batch.askers.add(this)
    this.#link = bond?.add(this)
  }

  /** Its bond has broken. */
  end(reason: unknown): void {
    const { isSent, statement } = this.#batch
    if (!isSent || !statement.statement.isChange) this.#reject(reason)
    this.#batch.leave(this.#place, reason)
  }

  answer(rows: readonly unknown[]): void {
    this.#leave()
    this.#resolve(rows)
  }

  fail(error: unknown): void {
    this.#leave()
    this.#reject(this.#bond?.isBroken ? this.#bond.reason : error)
  }

  #leave(): void {
    this.#bond?.remove(this.#link)
  }
}
