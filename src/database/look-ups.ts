import type { Link } from '../linked-list.ts'
import { bigints } from './arrays.ts'
import { Bond, type Part } from './bond.ts'
import { inOrder } from './in-order.ts'
import type { Statement, Values } from './statement.ts'

/** Finds rows by their ids. */
export interface Finder<Row> {
  /** Takes the value `id`. */
  one: Statement<Row>
  /** Takes the value `ids`. */
  many: Statement<Row>
}

/** Runs a statement until the bond breaks. */
type Run = <Row>(statement: Statement<Row>, values: Values, account: bigint, bond: Bond) => Promise<Row[]>

interface WithId {
  id: bigint
}

/** Ids that are looked up at once. */
const most = 100

/**
 * Looks rows up by their ids: those that requests ask for in the same turn of the event loop by one statement for each
 * account, as a look-up is less work for Postgres than a message to it and back. It fails for all that asked; it is
 * cancelled when none of them waits for it any more.
 */
export class LookUps {
  readonly #run: Run
  /** What is gathered in this turn: a batch for each account. Null where nothing is. */
  #gathered: Map<Finder<WithId>, Map<bigint, Batch>> | null = null

  constructor(run: Run) {
    this.#run = run
  }

  /** The row, or null where the account has none. Rejects as soon as the bond breaks, with its reason. */
  find<Row extends WithId>(
    finder: Finder<Row>,
    id: bigint,
    account: bigint,
    bond: Bond | null,
  ): Promise<Row | null> {
    if (bond?.isBroken) return Promise.reject(bond.reason)
    return new Promise<WithId | null>((resolve, reject) => {
      this.#batchOf(finder, account).add(id, bond, resolve, reject)
    }) as Promise<Row | null>
  }

  #batchOf(finder: Finder<WithId>, account: bigint): Batch {
    if (this.#gathered === null) {
      this.#gathered = new Map()
      setImmediate(() => this.#sendAll()) // when all sockets were read that have something
    }
    const ofFinder = this.#gathered.get(finder) ?? new Map<bigint, Batch>()
    this.#gathered.set(finder, ofFinder)
    const begun = ofFinder.get(account)
    if (begun && begun.askers.length < most) return begun
    const batch = new Batch()
    if (begun) this.#send(finder, account, begun)
    ofFinder.set(account, batch)
    return batch
  }

  #sendAll(): void {
    const gathered = this.#gathered ?? []
    this.#gathered = null
    for (const [finder, ofFinder] of gathered)
      for (const [account, batch] of ofFinder) this.#send(finder, account, batch)
  }

  #send(finder: Finder<WithId>, account: bigint, batch: Batch): void {
    if (batch.bond.isBroken) return
    const ids = [...new Set(batch.askers.map(({ id }) => id))]
    const [id] = ids
    const asked =
      ids.length === 1
        ? this.#run(finder.one, { id }, account, batch.bond)
        : this.#run(finder.many, { ids: bigints(ids) }, account, batch.bond)
    asked.then(
      (rows) => batch.answer(rows),
      (error: unknown) => batch.fail(error),
    )
  }
}

/** The look-ups of one statement. */
class Batch {
  readonly askers: Asker[] = []
  /** Broken when nobody waits any more. */
  readonly bond = new Bond()
  #waiting = 0

  add(
    id: bigint,
    bond: Bond | null,
    resolve: (row: WithId | null) => void,
    reject: (reason: unknown) => void,
  ): void {
    this.askers.push(new Asker(this, id, bond, resolve, reject))
    this.#waiting++
  }

  leave(reason: unknown): void {
    if (--this.#waiting === 0) this.bond.break(reason)
  }

  answer(rows: readonly WithId[]): void {
    const ids = this.askers.map(({ id }) => id)
    const found = inOrder(ids, rows, ({ id }) => id)
    for (const [index, asker] of this.askers.entries()) asker.answer(found[index] ?? null)
  }

  fail(error: unknown): void {
    for (const asker of this.askers) asker.fail(error)
  }
}

/** Who waits for a row. */
class Asker {
  readonly id: bigint
  readonly #batch: Batch
  readonly #bond: Bond | null
  readonly #resolve: (row: WithId | null) => void
  readonly #reject: (reason: unknown) => void
  readonly #link: Link<Part> | undefined

  constructor(
    batch: Batch,
    id: bigint,
    bond: Bond | null,
    resolve: (row: WithId | null) => void,
    reject: (reason: unknown) => void,
  ) {
    this.id = id
    this.#batch = batch
    this.#bond = bond
    this.#resolve = resolve
    this.#reject = reject
    this.#link = bond?.add(this)
  }

  /** Its bond has broken. */
  end(reason: unknown): void {
    this.#reject(reason)
    this.#batch.leave(reason)
  }

  answer(row: WithId | null): void {
    this.#leave()
    this.#resolve(row)
  }

  fail(error: unknown): void {
    this.#leave()
    this.#reject(error)
  }

  #leave(): void {
    this.#bond?.remove(this.#link)
  }
}
