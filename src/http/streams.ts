import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FormattedExecutionResult } from 'graphql'
import type { Caller } from '../auth/caller.ts'
import { Unauthenticated } from '../auth/unauthenticated.ts'
import type { Bond } from '../database/bond.ts'
import { RequestError } from '../resources/errors.ts'
import { unavailable } from '../resources/failure.ts'
import { eventStreamHeaders, eventStreamType, heartbeat, toEventStream } from './event-stream.ts'
import { rateKey } from './limit-rate.ts'
import type { RequestObserver } from './request-observer.ts'
import { Tally } from './tally.ts'

export interface StreamsOptions {
  authenticate(request: FastifyRequest): Promise<Caller> | Caller
  /** Seconds between heartbeats, which tell both sides, and what is between them, that the other is there. */
  heartbeatEvery?: number
  /** Seconds between looks whether the caller may still come in. */
  authenticateEvery?: number
  observer?: RequestObserver | undefined
}

/** Streams that a caller may have at a time of a process. */
const maximum = 1000

/** A stream that is being sent. */
interface Stream {
  end(reason: RequestError): void
}

/** The answers that go on until somebody ends them. */
export class Streams {
  readonly #options: Required<Omit<StreamsOptions, 'observer'>>
  readonly #observer: RequestObserver | undefined
  readonly #all = new Set<Stream>()
  readonly #ofCallers = new Tally(maximum)
  #isClosing = false

  constructor({ authenticate, heartbeatEvery = 12, authenticateEvery = 5, observer }: StreamsOptions) {
    this.#options = { authenticate, heartbeatEvery, authenticateEvery }
    this.#observer = observer
  }

  /**
   * Sends results as they come. The bond, which what they are made by belongs to, is broken when the client is gone, when
   * he may not come in any more, and at a stop. Throws UNAVAILABLE where the caller has too many already.
   */
  send(
    request: FastifyRequest,
    reply: FastifyReply,
    { bond, results }: { bond: Bond; results: AsyncIterable<FormattedExecutionResult> },
  ): FastifyReply {
    const key = rateKey(request)
    const refusal = this.#isClosing
      ? unavailable('the gateway is stopping; try again soon')
      : this.#ofCallers.add(key)
        ? null
        : unavailable(`you have ${maximum} streams already; end some first`)
    if (refusal) {
      bond.break(refusal)
      throw refusal
    }
    const stream = { end: (reason: RequestError) => bond.break(reason) }
    this.#all.add(stream)
    this.#observer?.streams(1)
    const { heartbeatEvery, authenticateEvery } = this.#options
    const beats = setInterval(() => {
      if (reply.raw.headersSent && !reply.raw.writableNeedDrain) reply.raw.write(heartbeat)
    }, heartbeatEvery * 1000)
    const looks = setInterval(() => void this.#lookAgain(request, stream), authenticateEvery * 1000)
    reply.raw.once('close', () => {
      clearInterval(beats)
      clearInterval(looks)
      this.#all.delete(stream)
      this.#observer?.streams(-1)
      this.#ofCallers.remove(key)
      bond.break(unavailable('the client is gone'))
    })
    if (reply.raw.destroyed) reply.raw.emit('close')
    return reply.headers(eventStreamHeaders).type(eventStreamType).send(toEventStream(results))
  }

  /** Ends all, and whatever still comes. */
  endAll(): void {
    this.#isClosing = true
    for (const stream of this.#all) stream.end(shuttingDown())
  }

  async #lookAgain(request: FastifyRequest, stream: Stream): Promise<void> {
    try {
      await this.#options.authenticate(request)
    } catch (error) {
      // Where it cannot be told now, it is asked again.
      if (error instanceof Unauthenticated)
        stream.end(new RequestError('UNAUTHENTICATED', `the stream is over: ${error.message}`))
    }
  }
}

function shuttingDown(): RequestError {
  return new RequestError(
    'SHUTTING_DOWN',
    'the gateway is stopping: go on from the last cursor, on another or soon',
  )
}
