import { hash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { networkOf } from './address.ts'
import { createRecentSet } from './recent-set.ts'
import { sendError } from './send-error.ts'

/** Requests that may fail to authenticate in a minute, from one address. */
const allowed = 30
const minute = 60_000

/**
 * Keeps an address whose credentials failed too often from trying others: nothing is looked up for it. Credentials that
 * were accepted before go on being so, as others' behind the same address are. A failure counts when it is answered:
 * what is sent at the same time is looked up all the same. Needs @fastify/rate-limit, and to come before requests are
 * authenticated.
 */
export function limitFailures(app: FastifyInstance): void {
  const accepted = createRecentSet(10_000)
  let lastFailure = Number.NEGATIVE_INFINITY
  app.after(() => {
    const failures = app.createRateLimit({ max: allowed, timeWindow: minute, keyGenerator: networkOf })

    app.addHook('onRequest', async (request, reply) => {
      const { authorization } = request.headers
      if (authorization === undefined || request.routeOptions.config.open) return
      if (performance.now() - lastFailure > minute) return // as nearly always
      const count = await failures(request, { increment: false })
      if (count.isAllowed || count.remaining > 0 || accepted.has(digest(authorization))) return
      const message = 'Too many failed attempts from this address: Retry-After says how many seconds to wait.'
      reply.header('retry-after', count.ttlInSeconds)
      return sendError(request, reply, { status: 429, code: 'TOO_MANY_REQUESTS', message })
    })

    app.addHook('onResponse', async (request, reply) => {
      const { authorization } = request.headers
      if (authorization === undefined) return
      if (reply.statusCode === 401) {
        lastFailure = performance.now()
        accepted.delete(digest(authorization))
        await failures(request)
      } else if (request.caller?.actor) accepted.add(digest(authorization))
    })
  })
}

/** Not the credentials themselves: they are secret. */
function digest(authorization: string): string {
  return hash('sha256', authorization, 'base64')
}
