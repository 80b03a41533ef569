import type { Socket } from 'node:net'
import { unavailable } from '../resources/failure.ts'

/** The time that a request has. */
export class Clock {
  readonly #timeout: number
  /** Ends the request. */
  readonly end: (reason: Error) => void
  readonly #socket: Socket
  #timer: NodeJS.Timeout | undefined
  #since = 0
  /** Milliseconds that are left when it goes on. */
  #left: number
  #pauses = 0
  #isStopped = false
  /** Milliseconds after which a connection on which nothing moves is closed, where it does not stand still. */
  #idleTime = 0

  /** It runs from now on, for so many seconds; then it ends the request. */
  constructor(timeout: number, end: (reason: Error) => void, socket: Socket) {
    this.#timeout = timeout
    this.#left = timeout * 1000
    this.end = end
    this.#socket = socket
    this.#run()
  }

  /** Does what waits for so many seconds at most: meanwhile it stands still. */
  async pausedFor<R>(seconds: number, work: () => Promise<R>): Promise<R> {
    const { timeout: idleTime = 0 } = this.#socket
    if (this.#pauses++ === 0) {
      clearTimeout(this.#timer)
      this.#left -= performance.now() - this.#since
      this.#idleTime = idleTime
    }
    // Nor is the client taken for gone where nothing moves on its connection.
    if (this.#idleTime > 0) this.#socket.setTimeout(Math.max(idleTime, (seconds + this.#timeout) * 1000))
    try {
      return await work()
    } finally {
      if (--this.#pauses === 0) {
        if (this.#idleTime > 0) this.#socket.setTimeout(this.#idleTime)
        if (!this.#isStopped) this.#run()
      }
    }
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  #run(): void {
    this.#since = performance.now()
    this.#timer = setTimeout(endLate, this.#left, this)
  }

  /** What tells a request that its time is up. */
  get lateness(): Error {
    return unavailable(
      `the request took longer than ${this.#timeout} s and was ended; try again, or ask for less at once`,
    )
  }
}

function endLate(clock: Clock): void {
  clock.end(clock.lateness)
}
