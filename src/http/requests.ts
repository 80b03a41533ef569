import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import { Bond } from '../database/bond.ts'
import { unavailable } from '../graphql/answer-error.ts'

/** Milliseconds that a request has to end by itself once it was told to; what it has done so far is answered then. */
const grace = 1000

/** A request that is being answered. */
interface Answering {
  response: ServerResponse
  end(reason: Error): void
}

/** The requests that are being answered, each with the bond that ends what is done for it. */
export class Requests {
  readonly #timeout: number
  readonly #all = new Set<Answering>()
  /** The same by connection: one listener of each, however many requests it brings. */
  readonly #byConnection = new WeakMap<Socket, Set<Answering>>()

  /** `timeout`: seconds that a request has. */
  constructor(timeout: number) {
    this.#timeout = timeout
  }

  /**
   * Answers a request by `work`, whose bond breaks when its time is up, the client is gone, or all are ended. Rejects
   * with the bond's reason where `work` does not end then.
   */
  answer<R>(reply: FastifyReply, work: (bond: Bond) => Promise<R>): Promise<R> {
    return new Promise((resolve, reject) => {
      const bond = new Bond()
      let giveUp: NodeJS.Timeout | undefined
      const answering: Answering = {
        response: reply.raw,
        end: (reason) => {
          if (bond.isBroken) return
          bond.break(reason)
          giveUp = setTimeout(finish, grace, reject, reason)
        },
      }
      const timer = setTimeout(endLate, this.#timeout * 1000, answering, this.#timeout)
      const ofConnection = this.#of(reply.request.raw.socket)
      const finish = <V>(settle: (value: V) => void, value: V) => {
        clearTimeout(timer)
        clearTimeout(giveUp)
        ofConnection.delete(answering)
        this.#all.delete(answering)
        settle(value)
      }
      ofConnection.add(answering)
      this.#all.add(answering)
      work(bond).then(
        (result) => finish(resolve, result),
        (error: unknown) => finish(reject, error),
      )
    })
  }

  /** Has each connection closed by the answer to its last request. */
  closeConnections(): void {
    const lasts = new Map([...this.#all].map(({ response }) => [response.req.socket, response]))
    for (const response of lasts.values())
      if (!response.headersSent) response.setHeader('connection', 'close')
  }

  /** Another request has come on a connection: its answer, the last, closes it. */
  keepOpen(connection: Socket): void {
    for (const { response } of this.#of(connection))
      if (!response.headersSent) response.removeHeader('connection')
  }

  /** Ends all that are under way: the gateway stops. */
  endAll(): void {
    for (const { end } of [...this.#all]) end(unavailable('the gateway is stopping; try again soon'))
  }

  #of(connection: Socket): Set<Answering> {
    const known = this.#byConnection.get(connection)
    if (known) return known
    const answering = new Set<Answering>()
    this.#byConnection.set(connection, answering)
    connection.once('close', () => {
      for (const { end } of [...answering]) end(unavailable('the client is gone'))
    })
    return answering
  }
}

function endLate(answering: Answering, seconds: number): void {
  answering.end(
    unavailable(
      `the request took longer than ${seconds} s and was ended; try again, or ask for less at once`,
    ),
  )
}
