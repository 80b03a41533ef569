import type { FastifyInstance } from 'fastify'
import { sendError } from './send-error.ts'

/**
 * Refuses to read for pages of other sites, as a picture's address could ask: they cannot see the answer, but time it,
 * and it costs. (To change something takes a POST that a browser asks leave for beforehand.) Browsers say where a
 * request comes from, in headers that pages cannot set. GraphiQL's page, which links may lead to, has been served here.
 */
export function refuseCrossSiteReads(app: FastifyInstance, origins: readonly string[]): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { 'sec-fetch-site': site, origin } = request.headers
    const ours = site === undefined || site === 'same-origin' || site === 'none'
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (ours || !reads || request.routeOptions.url !== '/graphql') return done()
    if (origin !== undefined && origins.includes(origin)) return done()
    const message = 'Pages of other sites may not ask here: CORS_ORIGINS lists those that may.'
    sendError(request, reply, { status: 403, code: 'FORBIDDEN', message })
  })
}
