import type { FastifyInstance } from 'fastify'
import { retryAfter } from '../graphql/answer-error.ts'
import { errorBody } from './http-errors.ts'

/** Answers UNAVAILABLE to what still comes on open connections while the gateway stops. */
export function refuseWhileClosing(app: FastifyInstance): void {
  let closing = false
  app.addHook('preClose', async () => {
    closing = true
  })
  app.addHook('onRequest', async (request, reply) => {
    if (!closing) return
    const body = errorBody('UNAVAILABLE', 'the gateway is stopping; try again soon', request.id)
    return reply.status(503).header('retry-after', String(retryAfter)).send(body)
  })
}
