import type { FastifyInstance, FastifyRequest } from 'fastify'
import { networkOf } from './address.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether requests to it count against RATE_LIMIT. */
    limited?: boolean
  }
}

/** Allows each caller so many requests in a minute to the routes that are limited. Needs @fastify/rate-limit. */
export function limitRate(app: FastifyInstance, perMinute: number): void {
  app.after(() => {
    // Of more callers than are remembered, those that were not seen for the longest are forgotten.
    const limit = app.rateLimit({ max: perMinute, timeWindow: 60_000, keyGenerator: rateKey, cache: 10_000 })
    app.addHook('onRequest', async (request, reply) => {
      if (request.routeOptions.config.limited) await limit.call(app, request, reply)
    })
  })
}

/** Whose requests are counted together: those by one key, from wherever, or without keys those from one address. */
export function rateKey(request: FastifyRequest): string {
  const { caller } = request
  return caller?.actor ? `${caller.scope.accountId}:${caller.actor}` : `from ${networkOf(request)}`
}
