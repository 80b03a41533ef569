import type { Part } from '../database/bond.ts'
import type { EventRow } from '../database/tables.ts'

/** Events that wait for whoever watches; the rows are shared by all who do. */
const capacity = 1000

export interface Member {
  accountId: bigint
  wants(event: EventRow): boolean
}

/** What there is in place of an event: none has come in time, or some have that are not here and may be in the history. */
export type Absence = 'quiet' | 'behind'

/** What a feed has for one who watches, until he takes it. */
export class Mailbox implements Part {
  readonly member: Member
  /** The position of the feed when it joined: it gets what comes after. */
  readonly start: bigint
  #queue: EventRow[] = []
  #isBehind = false
  #waiting: ((event: EventRow | Absence) => void) | null = null
  #failWaiting: ((reason: unknown) => void) | null = null
  #end: { reason: unknown } | null = null

  constructor(member: Member, start: bigint) {
    this.member = member
    this.start = start
  }

  offer(event: EventRow): void {
    if (this.#end || this.#isBehind || !this.member.wants(event)) return
    if (this.#waiting) this.#waiting(event)
    else if (this.#queue.length < capacity) this.#queue.push(event)
    else this.fallBehind()
  }

  /** What it has is dropped, and whoever reads it is told so. */
  fallBehind(): void {
    if (this.#end) return
    this.#queue = []
    if (this.#waiting) this.#waiting('behind')
    else this.#isBehind = true
  }

  /**
   * The next event; 'quiet' where none comes within so many seconds; 'behind', once, where it fell behind. Rejects with the
   * reason once it was ended.
   */
  next(seconds: number): Promise<EventRow | Absence> {
    if (this.#end) return Promise.reject(this.#end.reason)
    if (this.#isBehind) {
      this.#isBehind = false
      return Promise.resolve('behind')
    }
    const event = this.#queue.shift()
    if (event) return Promise.resolve(event)
    return new Promise((resolve, reject) => {
      const settle =
        <V>(how: (value: V) => void) =>
        (value: V) => {
          clearTimeout(timer)
          this.#waiting = null
          this.#failWaiting = null
          how(value)
        }
      this.#waiting = settle(resolve)
      this.#failWaiting = settle(reject)
      const timer = setTimeout(this.#waiting, seconds * 1000, 'quiet')
    })
  }

  /** Ends it: what waits in it is not read any more. Only the first time counts. */
  end(reason: unknown): void {
    if (this.#end) return
    this.#end = { reason }
    this.#queue = []
    this.#failWaiting?.(reason)
  }
}
