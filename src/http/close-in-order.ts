import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Requests } from './requests.ts'
import { sendUnavailable } from './send-error.ts'

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
  app.addHook('onRequest', (request, reply, done) => {
    if (closing) requests.keepOpen(request.raw.socket)
    if (!refusing) return done()
    sendUnavailable(request, reply, 'the gateway is stopping; try again soon')
  })
  const stops: (() => void)[] = []
  app.addHook('preClose', async () => {
    closing = true
    // Fastify has it said by the answers to those that come from now on.
    requests.closeConnections()
    if ((await connections(app)) > 0) await pause(farewell)
    refusing = true
    const idle = setInterval(() => app.server.closeIdleConnections(), farewell)
    const end = setTimeout(() => requests.endAll(), patience * 1000 - farewell)
    const cut = setTimeout(() => app.server.closeAllConnections(), patience * 1000 - farewell + lastWords)
    stops.push(() => {
      clearInterval(idle)
      clearTimeout(end)
      clearTimeout(cut)
    })
  })
  app.addHook('onClose', async () => {
    for (const stop of stops) stop()
  })
}

function connections(app: FastifyInstance): Promise<number> {
  return new Promise((resolve) => app.server.getConnections((_, number) => resolve(number ?? 0)))
}
