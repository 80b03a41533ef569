import type { Socket } from 'node:net'
import type { FastifyRequest } from 'fastify'
import { unavailable } from '../graphql/answer-error.ts'

/** Milliseconds that a request has to end by itself once it was told to; what it has done so far is answered then. */
const grace = 1000

/** The requests that are being answered, each with the signal that ends it. */
export class Requests {
  readonly #timeout: number
  readonly #under = new Set<(reason: Error) => void>()
  /** The same by connection: one listener of each, however many requests it brings. */
  readonly #byConnection = new WeakMap<Socket, Set<(reason: Error) => void>>()

  /** `timeout`: seconds that a request has. */
  constructor(timeout: number) {
    this.#timeout = timeout
  }

  /**
   * Answers a request by `work`, whose signal is aborted when its time is up, the client is gone, or all are ended.
   * Rejects with the signal's reason where `work` does not end then.
   */
  answer<R>(request: FastifyRequest, work: (signal: AbortSignal) => Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const controller = new AbortController()
      let giveUp: NodeJS.Timeout | undefined
      const end = (reason: Error) => {
        if (controller.signal.aborted) return
        controller.abort(reason)
        giveUp = setTimeout(finish, grace, reject, reason)
      }
      const timer = setTimeout(() => end(tooLong(this.#timeout)), this.#timeout * 1000)
      const finish = <V>(settle: (value: V) => void, value: V) => {
        clearTimeout(timer)
        clearTimeout(giveUp)
        ofConnection.delete(end)
        this.#under.delete(end)
        settle(value)
      }
      const ofConnection = this.#of(request.raw.socket)
      ofConnection.add(end)
      this.#under.add(end)
      work(controller.signal).then(
        (result) => finish(resolve, result),
        (error: unknown) => finish(reject, error),
      )
    })
  }

  #of(connection: Socket): Set<(reason: Error) => void> {
    const known = this.#byConnection.get(connection)
    if (known) return known
    const under = new Set<(reason: Error) => void>()
    this.#byConnection.set(connection, under)
    connection.once('close', () => {
      for (const end of [...under]) end(clientGone())
    })
    return under
  }

  /** Ends all that are under way: the gateway stops. */
  endAll(): void {
    for (const end of [...this.#under]) end(stopping())
  }
}

function tooLong(seconds: number): Error {
  return unavailable(
    `the request took longer than ${seconds} s and was ended; try again, or ask for less at once`,
  )
}

function clientGone(): Error {
  return unavailable('the client is gone')
}

function stopping(): Error {
  return unavailable('the gateway is stopping; try again soon')
}
