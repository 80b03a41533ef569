/**
 * Tells channels that there is something to look at, beside the transactions that made it: one NOTIFY for all that
 * happened meanwhile. In their transactions they would be committed one after another, as Postgres has it of NOTIFY,
 * each with a wait for the disk. One that is lost with this process, or fails, is healed by whoever polls.
 */
export class Wakes {
  readonly #notify: (channel: string) => Promise<unknown>
  readonly #running = new Set<string>()
  readonly #again = new Set<string>()

  constructor(notify: (channel: string) => Promise<unknown>) {
    this.#notify = notify
  }

  /** Soon: it is not waited for. */
  wake(channel: string): void {
    if (this.#running.has(channel)) {
      this.#again.add(channel)
      return
    }
    this.#running.add(channel)
    void this.#notify(channel)
      .catch(() => {})
      .finally(() => {
        this.#running.delete(channel)
        if (this.#again.delete(channel)) this.wake(channel)
      })
  }
}
