import { type Link, LinkedList } from '../linked-list.ts'

/** What ends with a bond. */
export interface Part {
  end(reason: unknown): void
}

/**
 * What ends together, such as the statements of a request, however many come and go. An AbortSignal would do, but there
 * is one for each request, and to make and to listen to it takes as long as the rest of a small request's upkeep.
 */
export class Bond {
  readonly #parts = new LinkedList<Part>()
  #isBroken = false
  #reason: unknown

  get isBroken(): boolean {
    return this.#isBroken
  }

  /** Why it is broken. */
  get reason(): unknown {
    return this.#reason
  }

  /** Ends all parts with the reason. Only the first time counts. */
  break(reason: unknown): void {
    if (this.#isBroken) return
    this.#isBroken = true
    this.#reason = reason
    for (const part of this.#parts.values()) part.end(reason)
  }

  throwIfBroken(): void {
    if (this.#isBroken) throw this.#reason
  }

  /** It is ended with the bond, unless the link was removed before; at once where that is broken already. */
  add(part: Part): Link<Part> {
    if (this.#isBroken) part.end(this.#reason)
    return this.#parts.add(part)
  }

  remove(link: Link<Part> | undefined): void {
    if (link) this.#parts.remove(link)
  }
}
