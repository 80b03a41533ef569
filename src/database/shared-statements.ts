import { type Link, LinkedList } from '../linked-list.ts'
import { Bond, type Part } from './bond.ts'
import type { Statement, Values } from './statement.ts'

/** How one statement serves several who ask, each by a key of its own. */
export interface Batching<Key, Row, Found = unknown> {
  statement: Statement<Found>
  /** What the statement is asked with, for all of the keys. */
  valuesOf(keys: readonly Key[]): Values
  /** The rows of each key, in the order of the keys, of what the statement found. */
  rowsOf(keys: readonly Key[], found: readonly Found[]): readonly (readonly Row[])[]
  /** Keys at once, of different askers. */
  most: number
}

/** One that reads. */
export type Finder<Key, Row, Found = unknown> = Batching<Key, Row, Found>

type AnyBatching = Batching<unknown, unknown>

/** Runs a statement until the bond breaks; `values` are called for once there is a connection for it. */
type Run = <Row>(
  statement: Statement<Row>,
  values: () => Values,
  account: bigint,
  bond: Bond,
) => Promise<Row[]>

/**
 * Runs what requests ask for in the same turn of the event loop by one statement for each account, as a message to Postgres
 * and back is more work than most of what it asks for. It fails for all that asked; it is cancelled when none of them
 * waits for it any more. So one that changes something must wait for nobody else's locks.
 */
export class SharedStatements {
  readonly #run: Run
  /** What is gathered in this turn: a batch for each account. Null where nothing is. */
  #gathered: Map<AnyBatching, Map<bigint, Batch>> | null = null

  constructor(run: Run) {
    this.#run = run
  }

  /**
   * The account's rows of a key. Rejects as soon as the bond breaks, with its reason; but of a change that was sent, what
   * came of it is waited for.
   */
  ask<Key, Row, Found>(
    batching: Batching<Key, Row, Found>,
    key: Key,
    account: bigint,
    bond: Bond | null,
  ): Promise<readonly Row[]> {
    if (bond?.isBroken) return Promise.reject(bond.reason)
    return new Promise<readonly unknown[]>((resolve, reject) => {
      new Asker(this.#batchOf(batching as AnyBatching, account), key, bond, resolve, reject)
    }) as Promise<readonly Row[]>
  }

  #batchOf(batching: AnyBatching, account: bigint): Batch {
    if (this.#gathered === null) {
      this.#gathered = new Map()
      setImmediate(() => this.#sendAll()) // when all sockets were read that have something
    }
    const byAccount = this.#gathered.get(batching) ?? new Map<bigint, Batch>()
    this.#gathered.set(batching, byAccount)
    const begun = byAccount.get(account)
    // One that all have left is not sent.
    if (begun && !begun.bond.isBroken && begun.askers.size < batching.most) return begun
    const batch = new Batch(batching, account)
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
    const { batching, account, bond } = batch
    if (bond.isBroken) return
    try {
      batch.answer(await this.#run(batching.statement, () => batch.send(), account, bond))
    } catch (error) {
      batch.fail(error)
    }
  }
}

/** Those who are served by one statement. */
class Batch {
  readonly batching: AnyBatching
  readonly account: bigint
  /** Those who have not left. */
  readonly askers = new LinkedList<Asker>()
  /** Broken when all have left. */
  readonly bond = new Bond()
  /** Those whom the statement is for; null as long as it was not sent. */
  #sentFor: readonly Asker[] | null = null

  constructor(batching: AnyBatching, account: bigint) {
    this.batching = batching
    this.account = account
  }

  /** Whether what comes of it is waited for, also by those who leave. */
  get isSeenThrough(): boolean {
    return this.#sentFor !== null && this.batching.statement.isChange
  }

  /** What the statement is sent with, for those who are there now. */
  send(): Values {
    this.#sentFor = this.askers.values()
    return this.batching.valuesOf(keysOf(this.#sentFor))
  }

  answer(found: readonly unknown[]): void {
    const askers = this.#sentFor ?? []
    const rows = this.batching.rowsOf(keysOf(askers), found)
    for (const [index, asker] of askers.entries()) asker.answer(rows[index] ?? [])
  }

  fail(error: unknown): void {
    for (const asker of this.#sentFor ?? this.askers.values()) asker.fail(error)
  }

  leave(place: Link<Asker>, reason: unknown): void {
    this.askers.remove(place)
    if (this.askers.size === 0) this.bond.break(reason)
  }
}

function keysOf(askers: readonly Asker[]): unknown[] {
  return askers.map(({ key }) => key)
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
    if (!this.#batch.isSeenThrough) this.#reject(reason)
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
