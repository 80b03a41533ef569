import type { Statement } from '../database/statement.ts'

/** Statements that connections may keep, for each of them: some tens of kilobytes of the server's memory. */
const maximumPrepared = 200
/** Others that are remembered. */
const maximumOthers = 500

/**
 * Keeps the statement that was made for a shape. The first that are prepared stay for good, as they do on the
 * connections; of others there may be any number, so that they are forgotten once there are too many.
 */
export class StatementCache {
  readonly #prepared = new Map<string, Statement<unknown>>()
  readonly #others = new Map<string, Statement<unknown>>()

  get(shape: string, make: (mayPrepare: boolean) => Statement<unknown>): Statement<unknown> {
    const known = this.#prepared.get(shape) ?? this.#others.get(shape)
    if (known) return known
    const made = make(this.#prepared.size < maximumPrepared)
    if (made.isPrepared) this.#prepared.set(shape, made)
    else {
      if (this.#others.size >= maximumOthers) this.#others.clear()
      this.#others.set(shape, made)
    }
    return made
  }
}
