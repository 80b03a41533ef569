import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyReply } from 'fastify'
import { Bond } from '../database/bond.ts'
import { LinkedList } from '../linked-list.ts'
import type { RequestError } from '../resources/errors.ts'
import { unavailable } from '../resources/failure.ts'

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
      const clock = new Clock(this.#timeout, answering, reply.request.raw.socket)
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
      for (const { response, end } of this.#all.values())
        if (response.req.socket === connection) end(unavailable('the client is gone'))
    })
  }
}

/** What ends requests at a stop. */
export function stopping(): RequestError {
  return unavailable('the gateway is stopping; try again soon')
}

/** The time that a request has. */
export class Clock {
  readonly #timeout: number
  readonly #answering: Answering
  readonly #socket: Socket
  #timer: NodeJS.Timeout | undefined
  #since = 0
  /** Milliseconds that are left when it goes on. */
  #left: number
  #pauses = 0
  #isStopped = false

  /** It runs from now on, for so many seconds. */
  constructor(timeout: number, answering: Answering, socket: Socket) {
    this.#timeout = timeout
    this.#left = timeout * 1000
    this.#answering = answering
    this.#socket = socket
    this.#run()
  }

  /** Does what waits for so many seconds at most: meanwhile it stands still. */
  async pausedFor<R>(seconds: number, work: () => Promise<R>): Promise<R> {
    if (this.#pauses++ === 0) {
      clearTimeout(this.#timer)
      this.#left -= performance.now() - this.#since
    }
    // Nor is the client taken for gone where nothing moves on its connection.
    const { timeout = 0 } = this.#socket
    if (timeout > 0) this.#socket.setTimeout(Math.max(timeout, (seconds + this.#timeout) * 1000))
    try {
      return await work()
    } finally {
      if (timeout > 0) this.#socket.setTimeout(timeout)
      if (--this.#pauses === 0 && !this.#isStopped) this.#run()
    }
  }

  stop(): void {
    this.#isStopped = true
    clearTimeout(this.#timer)
  }

  #run(): void {
    this.#since = performance.now()
    this.#timer = setTimeout(endLate, this.#left, this.#answering, this.#timeout)
  }
}

function endLate(answering: Answering, seconds: number): void {
  answering.end(
    unavailable(
      `the request took longer than ${seconds} s and was ended; try again, or ask for less at once`,
    ),
  )
}
