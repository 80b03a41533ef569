import type { FastifyRequest } from 'fastify'
import { RequestError } from '../resources/errors.ts'
import { type AuthenticateRequest, refusalByNow } from './authenticate-again.ts'
import type { Clock } from './clock.ts'
import { rateKey } from './limit-rate.ts'
import { stopping } from './requests.ts'
import { Tally } from './tally.ts'

/** Waits of one request at a time. */
const ofRequest = 10
/** Waits of one caller at a time, of a process. */
const ofCaller = 100

/** What requests wait for while nothing is done for them. */
export class Waits {
  readonly #authenticate: AuthenticateRequest
  readonly #ofCallers = new Tally(ofCaller)
  /** Of the requests that wait. */
  readonly #clocks = new Set<Clock>()
  #isClosing = false

  /** `authenticate`: whoever waited must still be let in. */
  constructor(authenticate: AuthenticateRequest) {
    this.#authenticate = authenticate
  }

  /**
   * Makes what a request waits by: `work` pauses its clock where nothing is done. Throws TOO_COSTLY where too many wait
   * already, UNAVAILABLE at a stop, and UNAUTHENTICATED where the caller would no longer be let in afterwards.
   */
  of(request: FastifyRequest, clock: Clock) {
    const key = rateKey(request)
    let waiting = 0
    return async <R>(work: (pause: Clock['pausedFor']) => Promise<R>): Promise<R> => {
      if (this.#isClosing) throw stopping()
      if (waiting >= ofRequest)
        throw new RequestError('TOO_COSTLY', `a request may wait for at most ${ofRequest} things at a time`)
      if (!this.#ofCallers.add(key))
        throw new RequestError('TOO_COSTLY', `a caller may wait for at most ${ofCaller} things at a time`)
      waiting++
      this.#clocks.add(clock)
      try {
        const found = await work((seconds, wait) => clock.pausedFor(seconds, wait))
        const refusal = await refusalByNow(this.#authenticate, request)
        if (refusal) throw refusal
        return found
      } finally {
        if (--waiting === 0) this.#clocks.delete(clock)
        this.#ofCallers.remove(key)
      }
    }
  }

  /** Ends the requests that wait, and whatever still would: the gateway stops. */
  endAll(): void {
    this.#isClosing = true
    for (const clock of this.#clocks) clock.end(stopping())
  }
}
