import type { FastifyRequest } from 'fastify'
import type { Bond } from '../database/bond.ts'
import { RequestError } from '../resources/errors.ts'
import { rateKey } from './limit-rate.ts'
import type { Clock } from './requests.ts'
import { stopping } from './requests.ts'
import { Tally } from './tally.ts'

/** Waits of one request at a time. */
const ofRequest = 10
/** Waits of one caller at a time, of a process. */
const ofCaller = 100

/** What requests wait for while nothing is done for them. */
export class Waits {
  readonly #ofCallers = new Tally(ofCaller)
  /** Of the requests that wait. */
  readonly #bonds = new Set<Bond>()

  /**
   * Makes what a request waits by: the time does not count against that which it has. Throws TOO_COSTLY where too many
   * wait already.
   */
  of(request: FastifyRequest, clock: Clock, bond: Bond) {
    const key = rateKey(request)
    let waiting = 0
    return async <R>(seconds: number, work: () => Promise<R>): Promise<R> => {
      if (waiting >= ofRequest)
        throw new RequestError('TOO_COSTLY', `a request may wait for at most ${ofRequest} things at a time`)
      if (!this.#ofCallers.add(key))
        throw new RequestError('TOO_COSTLY', `a caller may wait for at most ${ofCaller} things at a time`)
      waiting++
      this.#bonds.add(bond)
      try {
        return await clock.pausedFor(seconds, work)
      } finally {
        if (--waiting === 0) this.#bonds.delete(bond)
        this.#ofCallers.remove(key)
      }
    }
  }

  /** Ends the requests that wait: the gateway stops. */
  endAll(): void {
    for (const bond of this.#bonds) bond.break(stopping())
  }
}
