/** Counts what each has at a time, up to a maximum. */
export class Tally {
  readonly #maximum: number
  readonly #counts = new Map<string, number>()

  constructor(maximum: number) {
    this.#maximum = maximum
  }

  /** One more; false where it has the maximum already. */
  add(key: string): boolean {
    const count = this.#counts.get(key) ?? 0
    if (count >= this.#maximum) return false
    this.#counts.set(key, count + 1)
    return true
  }

  remove(key: string): void {
    const count = this.#counts.get(key) ?? 0
    if (count > 1) this.#counts.set(key, count - 1)
    else this.#counts.delete(key)
  }
}
