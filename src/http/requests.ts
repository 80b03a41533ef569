import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import { Bond } from '../database/bond.ts'
import { LinkedList } from '../linked-list.ts'
import type { RequestError } from '../resources/errors.ts'
import { unavailable } from '../resources/failure.ts'
import { Clock } from './clock.ts'

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
  readonly #all = new LinkedList<Answering>()
  /** Those that are listened to: once each, however many requests it brings. */
  readonly #connections = new WeakSet<Socket>()

  /** `timeout`: seconds that a request has. */
  constructor(timeout: number) {
    this.#timeout = timeout
  }

  /**
   * Answers a request by `work`, whose bond breaks when its time is up, the client is gone, or all are ended. Rejects
   * with the bond's reason where `work` does not end then.
   */
  answer<R>(reply: FastifyReply, work: (bond: Bond, clock: Clock) => Promise<R>): Promise<R> {
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
      const clock = new Clock(this.#timeout, answering.end, reply.request.raw.socket)
      const finish = <V>(settle: (value: V) => void, value: V) => {
        clock.stop()
        clearTimeout(giveUp)
        this.#all.remove(place)
        settle(value)
      }
      const place = this.#all.add(answering)
      this.#listen(reply.request.raw.socket)
      work(bond, clock).then(
        (result) => finish(resolve, result),
        (error: unknown) => finish(reject, error),
      )
    })
  }

  /** Has each connection closed by the answer to its last request. */
  closeConnections(): void {
    const lasts = new Map(this.#all.values().map(({ response }) => [response.req.socket, response]))
    for (const response of lasts.values())
      if (!response.headersSent) response.setHeader('connection', 'close')
  }

  /** Another request has come on a connection: its answer, the last, closes it. */
  keepOpen(connection: Socket): void {
    for (const { response } of this.#all.values())
      if (response.req.socket === connection && !response.headersSent) response.removeHeader('connection')
  }

  /** Ends all that are under way: the gateway stops. */
  endAll(): void {
    for (const { end } of this.#all.values()) end(stopping())
  }

  #listen(connection: Socket): void {
    if (this.#connections.has(connection)) return
    this.#connections.add(connection)
    connection.once('close', () => {
      for (const { response, end } of this.#all.values()) if (response.req.socket === connection) end(gone)
    })
  }
}

/** What ends what is done for a client who has gone: nobody hears of it. */
export const gone = unavailable('the client is gone')

/** What ends requests at a stop. */
export function stopping(): RequestError {
  return unavailable('the gateway is stopping; try again soon')
}
