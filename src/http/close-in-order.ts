import type { Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { sendUnavailable } from './send-error.ts'
import type { Serving } from './serving.ts'

/**
 * Milliseconds in which a stop still serves what comes, and has each connection closed by its answer: a client that
 * keeps asking on one is told before it is closed, and loses nothing.
 */
const farewell = 100
/** Milliseconds that requests have to answer once they were ended. */
const lastWords = 500

/**
 * What happens at `app.close()`: connections are closed by their next answer, then no more are accepted; what still
 * comes on open ones is UNAVAILABLE, and what is in flight is answered whole; streams and waits, which could go on for
 * long, are ended at once. After `patience` seconds it is ended, and the connections are closed: half a request may never
 * end.
 */
export function closeInOrder(
  app: FastifyInstance,
  { requests, streams, waits }: Pick<Serving, 'requests' | 'streams' | 'waits'>,
  patience: number,
): void {
  let closing = false
  let refusing = false
  /** Connections that have brought no request yet, as browsers make them ahead: to Node they are not idle. */
  const unused = new Set<Socket>()
  app.server.on('connection', (socket) => {
    unused.add(socket)
    socket.once('close', () => unused.delete(socket))
  })
  app.server.on('request', ({ socket }) => unused.delete(socket))
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
    streams.endAll()
    waits.endAll()
    if ((await connections(app)) > 0) await pause(farewell)
    refusing = true
    for (const socket of unused) socket.destroy()
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
