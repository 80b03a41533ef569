/**
 * What comes and goes, in the order in which it came. A Set would do, but it is laid out anew every few times that
 * something comes, and the layouts that it leaves are a chain through which the garbage collector, once one of them is
 * old, keeps all that was ever in them.
 */
export class LinkedList<Value> {
  #first: Link<Value> | null = null
  #last: Link<Value> | null = null
  #size = 0

  get first(): Value | undefined {
    return this.#first?.value
  }

  get size(): number {
    return this.#size
  }

  /** Adds a value at the end; the link removes it. */
  add(value: Value): Link<Value> {
    const link: Link<Value> = { value, previous: this.#last, next: null, isIn: true }
    if (this.#last) this.#last.next = link
    else this.#first = link
    this.#last = link
    this.#size++
    return link
  }

  /** Does nothing where it was removed already. */
  remove(link: Link<Value>): void {
    if (!link.isIn) return
    const { previous, next } = link
    if (previous) previous.next = next
    else this.#first = next
    if (next) next.previous = previous
    else this.#last = previous
    link.previous = null
    link.next = null
    link.isIn = false
    this.#size--
  }

  /** The values as they are now: they may go while one looks at them. */
  values(): Value[] {
    const values: Value[] = []
    for (let link = this.#first; link; link = link.next) values.push(link.value)
    return values
  }
}

/** The place of a value in its list. */
export interface Link<Value> {
  readonly value: Value
  previous: Link<Value> | null
  next: Link<Value> | null
  isIn: boolean
}
