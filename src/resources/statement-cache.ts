/** Statements that connections may keep, for each of them: some tens of kilobytes of the server's memory. */
const maximumPrepared = 200
/** Others that are remembered. */
const maximumOthers = 500

/**
 * Keeps what was made for a shape. The first shapes may be prepared and stay for good, as they do on the connections;
 * of others there may be any number, so that they are forgotten once there are too many.
 */
export class StatementCache<T> {
  readonly #prepared = new Map<string, T>()
  readonly #others = new Map<string, T>()

  get(shape: string, make: (mayPrepare: boolean) => T): T {
    const known = this.#prepared.get(shape) ?? this.#others.get(shape)
    if (known !== undefined) return known
    const mayPrepare = this.#prepared.size < maximumPrepared
    const made = make(mayPrepare)
    if (mayPrepare) this.#prepared.set(shape, made)
    else {
      if (this.#others.size >= maximumOthers) this.#others.clear()
      this.#others.set(shape, made)
    }
    return made
  }
}
