import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { sendError } from './send-error.ts'

/**
 * Refuses to read for pages of other sites, as a picture's address could ask: they cannot see the answer, but time it,
 * and it costs. (To change something takes a POST that a browser asks leave for beforehand.) Browsers say where a
 * request comes from, in headers that pages cannot set. GraphiQL's page, which links may lead to, has been served here.
 */
export function refuseCrossSiteReads(app: FastifyInstance, origins: readonly string[]): void {
  app.addHook('onRequest', (request, reply, done) => {
    const { 'sec-fetch-site': site, origin } = request.headers
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (isOwnSite(site) || !reads || request.routeOptions.url !== '/graphql') return done()
    if (origin !== undefined && origins.includes(origin)) return done()
    refuseSite(request, reply)
  })
}

/** Whether a request is one of our own pages', or of none, by Sec-Fetch-Site, which programs do not send. */
export function isOwnSite(site: string | string[] | undefined): boolean {
  return site === undefined || site === 'same-origin' || site === 'none'
}

/** Answers a page of another site. */
export function refuseSite(request: FastifyRequest, reply: FastifyReply): void {
  const message = 'Pages of other sites may not ask here: CORS_ORIGINS lists those that may.'
  sendError(request, reply, { status: 403, code: 'FORBIDDEN', message })
}
