import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { sendUnavailable } from './http-errors.ts'
import type { Requests } from './requests.ts'

/**
 * Milliseconds in which a stop still serves what comes, and has each connection closed by its answer: a client that
 * keeps asking on one is told before it is closed, and loses nothing.
 */
const farewell = 100
/** Milliseconds that requests have to answer once they were ended. */
const lastWords = 500

/**
 * What happens at `app.close()`: connections are closed by their next answer, then no more are accepted; what still
 * comes on open ones is UNAVAILABLE, and what is in flight is answered whole. After `patience` seconds it is ended,
 * and the connections are closed: half a request may never end.
 */
export function closeInOrder(app: FastifyInstance, requests: Requests, patience: number): void {
  let closing = false
  let refusing = false
  /** Requests on each connection, read and not answered: with pipelining there may be several. */
  const pending = new WeakMap<Socket, number>()
  const count = (socket: Socket, change: number) => pending.set(socket, (pending.get(socket) ?? 0) + change)

  app.addHook('onRequest', (request, reply, done) => {
    count(request.raw.socket, 1)
    if (refusing) sendUnavailable(request, reply, 'the gateway is stopping; try again soon')
    else done()
  })
  app.addHook('onSend', (request, reply, payload, done) => {
    // Fastify has told those that came after the stop began.
    if (closing && pending.get(request.raw.socket) === 1) reply.header('connection', 'close')
    done(null, payload)
  })
  app.addHook('onResponse', (request, _, done) => {
    count(request.raw.socket, -1)
    done()
  })

  const timers: NodeJS.Timeout[] = []
  app.addHook('preClose', async () => {
    closing = true
    if ((await connections(app)) > 0) await pause(farewell)
    refusing = true
    timers.push(setTimeout(() => requests.endAll(), patience * 1000 - farewell))
    timers.push(setTimeout(() => app.server.closeAllConnections(), patience * 1000 - farewell + lastWords))
  })
  app.addHook('onClose', async () => timers.forEach(clearTimeout))
}

function connections(app: FastifyInstance): Promise<number> {
  return new Promise((resolve) => app.server.getConnections((_, number) => resolve(number ?? 0)))
}
