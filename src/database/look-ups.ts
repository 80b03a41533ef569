import { bigints } from './arrays.ts'
import { Bond } from './bond.ts'
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
  /** What is gathered in this turn: a batch for each account. */
  readonly #gathered = new Map<Finder<WithId>, Map<bigint, Batch>>()
  #isDue = false

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
      const batch = this.#batchOf(finder, account)
      batch.add(new Asker(batch, id, bond, resolve, reject))
      if (batch.askers.length === most) this.#send(finder, account, batch)
    }) as Promise<Row | null>
  }

  #batchOf(finder: Finder<WithId>, account: bigint): Batch {
    const ofFinder = this.#gathered.get(finder) ?? new Map<bigint, Batch>()
    this.#gathered.set(finder, ofFinder)
    const batch = ofFinder.get(account) ?? new Batch()
    ofFinder.set(account, batch)
    if (!this.#isDue) {
      this.#isDue = true
      setImmediate(() => this.#sendAll()) // when all sockets were read that have something
    }
    return batch
  }

  #sendAll(): void {
    this.#isDue = false
    for (const [finder, ofFinder] of this.#gathered)
      for (const [account, batch] of ofFinder) this.#send(finder, account, batch)
  }

  #send(finder: Finder<WithId>, account: bigint, batch: Batch): void {
    this.#gathered.get(finder)?.delete(account)
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

  add(asker: Asker): void {
    this.askers.push(asker)
    this.#waiting++
  }

  leave(reason: unknown): void {
    if (--this.#waiting === 0) this.bond.break(reason)
  }

  answer(rows: readonly WithId[]): void {
    for (const asker of this.askers) asker.answer(rows.find(({ id }) => id === asker.id) ?? null)
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
    bond?.add(this)
  }

  /** Its bond has broken. */
  end(reason: unknown): void {
    this.#reject(reason)
    this.#batch.leave(reason)
  }

  answer(row: WithId | null): void {
    this.#bond?.remove(this)
    this.#resolve(row)
  }

  fail(error: unknown): void {
    this.#bond?.remove(this)
    this.#reject(error)
  }
}
