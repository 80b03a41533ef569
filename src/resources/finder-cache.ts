import type { Finder } from '../database/shared-statements.ts'

type AnyFinder = Finder<never, unknown>

/** Statements that connections may keep, for each of them: some tens of kilobytes of the server's memory. */
const maximumPrepared = 200
/** Others that are remembered. */
const maximumOthers = 500

/**
 * Keeps the finder that was made for a shape. The first whose statements are prepared stay for good, as those do on the
 * connections; of others there may be any number, so that they are forgotten once there are too many.
 */
export class FinderCache {
  readonly #prepared = new Map<string, AnyFinder>()
  readonly #others = new Map<string, AnyFinder>()

  get(shape: string, make: (mayPrepare: boolean) => AnyFinder): AnyFinder {
    const known = this.#prepared.get(shape) ?? this.#others.get(shape)
    if (known) return known
    const made = make(this.#prepared.size < maximumPrepared)
    if (made.statement.isPrepared) this.#prepared.set(shape, made)
    else {
      if (this.#others.size >= maximumOthers) this.#others.clear()
      this.#others.set(shape, made)
    }
    return made
  }
}
