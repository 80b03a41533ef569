import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FormattedExecutionResult } from 'graphql'
import type { Bond } from '../database/bond.ts'
import { RequestError } from '../resources/errors.ts'
import { unavailable } from '../resources/failure.ts'
import { type AuthenticateRequest, refusalByNow } from './authenticate-again.ts'
import { eventStreamHeaders, eventStreamType, heartbeat, toEventStream } from './event-stream.ts'
import { rateKey } from './limit-rate.ts'
import type { RequestObserver } from './request-observer.ts'
import { gone, stopping } from './requests.ts'
import { Tally } from './tally.ts'

export interface StreamsOptions {
  authenticate: AuthenticateRequest
  /** Seconds between heartbeats, which tell both sides, and what is between them, that the other is there. */
  heartbeatEvery?: number
  /** Seconds in which a reader has to take something of what waits for him. */
  patience?: number
  /** Seconds between looks whether the caller may still come in. */
  authenticateEvery?: number
  observer?: RequestObserver | undefined
}

/** Streams that a caller may have at a time of a process. */
const maximum = 1000

/** The answers that go on until somebody ends them. */
export class Streams {
  readonly #options: Required<Omit<StreamsOptions, 'observer'>>
  readonly #observer: RequestObserver | undefined
  /** Of those that are sent. */
  readonly #all = new Set<Bond>()
  readonly #ofCallers = new Tally(maximum)
  #isClosing = false

  constructor({
    authenticate,
    heartbeatEvery = 12,
    patience = 30,
    authenticateEvery = 5,
    observer,
  }: StreamsOptions) {
    this.#options = { authenticate, heartbeatEvery, patience, authenticateEvery }
    this.#observer = observer
  }

  /**
   * Sends results as they come. The bond, which what they are made by belongs to, is broken when the client is gone, when
   * he does not read or may not come in any more, and at a stop. Throws UNAVAILABLE where the caller has too many already.
   */
  send(
    request: FastifyRequest,
    reply: FastifyReply,
    { bond, results }: { bond: Bond; results: AsyncIterable<FormattedExecutionResult> },
  ): FastifyReply {
    const key = rateKey(request)
    const refusal = this.#isClosing
      ? stopping()
      : this.#ofCallers.add(key)
        ? null
        : unavailable(`you have ${maximum} streams already; end some first`)
    if (refusal) {
      bond.break(refusal)
      throw refusal
    }
    this.#all.add(bond)
    this.#observer?.streams(1)
    const { heartbeatEvery, patience, authenticateEvery } = this.#options
    let taken = performance.now()
    reply.raw.on('drain', () => {
      taken = performance.now()
    })
    const beats = setInterval(() => {
      const { headersSent, writableEnded, writableNeedDrain } = reply.raw
      if (!headersSent || writableEnded) return
      if (!writableNeedDrain) {
        reply.raw.write(heartbeat)
        taken = performance.now()
      } else if (performance.now() - taken > patience * 1000) bond.break(slow(patience))
    }, heartbeatEvery * 1000)
    const looks = setInterval(() => void this.#lookAgain(request, bond), authenticateEvery * 1000)
    reply.raw.once('close', () => {
      clearInterval(beats)
      clearInterval(looks)
      this.#all.delete(bond)
      this.#observer?.streams(-1)
      this.#ofCallers.remove(key)
      bond.break(gone)
    })
    if (reply.raw.destroyed) reply.raw.emit('close')
    return reply.headers(eventStreamHeaders).type(eventStreamType).send(toEventStream(results))
  }

  /** Ends all, and whatever still comes. */
  endAll(): void {
    this.#isClosing = true
    for (const bond of this.#all) bond.break(shuttingDown())
  }

  async #lookAgain(request: FastifyRequest, bond: Bond): Promise<void> {
    // Where it cannot be told now, it is asked again.
    const refusal = await refusalByNow(this.#options.authenticate, request).catch(() => null)
    if (refusal) bond.break(refusal)
  }
}

function slow(patience: number): RequestError {
  return new RequestError(
    'SLOW_CONSUMER',
    `nothing was read for ${patience} s while events waited: go on from the last cursor`,
  )
}

function shuttingDown(): RequestError {
  return new RequestError(
    'SHUTTING_DOWN',
    'the gateway is stopping: go on from the last cursor, on another or soon',
  )
}
