/** What ends when a signal is aborted: one listener, however many statements come and go under it. */
export class Bond {
  readonly #signal: AbortSignal
  readonly #parts = new Set<(reason: unknown) => void>()

  constructor(signal: AbortSignal) {
    this.#signal = signal
    signal.addEventListener('abort', () => {
      for (const end of [...this.#parts]) end(signal.reason)
    })
  }

  get isBroken(): boolean {
    return this.#signal.aborted
  }

  get reason(): unknown {
    return this.#signal.reason
  }

  /** `end` is called with the reason when the signal is aborted, unless it was removed before. */
  add(end: (reason: unknown) => void): void {
    this.#parts.add(end)
  }

  remove(end: (reason: unknown) => void): void {
    this.#parts.delete(end)
  }
}
