import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isOwnSite, refuseSite } from '../refuse-cross-site-reads.ts'

/**
 * Refuses what pages of other sites ask below /v1, where a body needs no Content-Type and a browser so asks no leave
 * beforehand. Browsers say where a request comes from, in headers that pages cannot set; programs send neither. A person
 * who follows a link may read.
 */
export function refusePages(app: FastifyInstance, corsOrigins: readonly string[]): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.routeOptions.url?.startsWith('/v1') || isLetIn(request, corsOrigins)) return done()
    refuseSite(request, reply)
  })
}

function isLetIn({ headers, method, origin: own }: FastifyRequest, corsOrigins: readonly string[]): boolean {
  const { origin, 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers
  if (origin !== undefined) {
    if (corsOrigins.includes(origin)) return true
    if (origin !== own) return false
  }
  if (isOwnSite(site)) return true
  return (method === 'GET' || method === 'HEAD') && mode === 'navigate' && destination === 'document'
}
