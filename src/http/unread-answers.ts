import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream'

/** Bytes of answers that may wait for their readers at a time; one alone may be larger. */
const maximum = 64 * 2 ** 20
/** Bytes of an answer that does not count: those of nearly all mutations. */
const small = 64 * 2 ** 10

/** Bounds the memory that answers take while nobody reads them. */
export class UnreadAnswers {
  #bytes = 0

  /** Whether there is room for an answer; from then on it counts until it was sent, or its connection is gone. */
  admit(response: ServerResponse, bytes: number): boolean {
    if (bytes <= small) return true
    if (this.#bytes > 0 && this.#bytes + bytes > maximum) return false
    this.#bytes += bytes
    finished(response, () => {
      this.#bytes -= bytes
    })
    return true
  }
}
