import type { ServerResponse } from 'node:http'
import { finished } from 'node:stream'

/** Bytes of answers that may wait for their readers at a time; one alone may be larger. */
const maximum = 64 * 2 ** 20
/** Bytes of an answer that does not count. */
const small = 64 * 2 ** 10

/** Bounds the memory that answers take while nobody reads them. */
export class UnreadAnswers {
  #bytes = 0

  hasRoomFor(bytes: number): boolean {
    return bytes <= small || this.#bytes === 0 || this.#bytes + bytes <= maximum
  }

  /** Counts an answer until it was sent, or its connection is gone. */
  add(response: ServerResponse, bytes: number): void {
    if (bytes <= small) return
    this.#bytes += bytes
    finished(response, () => {
      this.#bytes -= bytes
    })
  }
}
