import type { FastifyInstance } from 'fastify'
import type { Caller } from '../auth/caller.ts'
import { sendError } from './send-error.ts'

/** Where the text of /metrics comes from. */
export interface MetricsSource {
  readonly contentType: string
  scrape(): Promise<string>
}

/**
 * GET /metrics, for Prometheus: for everyone on a port of its own, else for those who may see what spans all accounts,
 * the administrators of account 1.
 */
export function serveMetrics(
  app: FastifyInstance,
  { contentType, scrape }: MetricsSource,
  whom: 'everyone' | 'administrators',
): void {
  app.get('/metrics', { config: { open: whom === 'everyone' } }, async (request, reply) => {
    if (whom === 'administrators' && !isAdministrator(request.caller))
      return sendError(request, reply, {
        status: 403,
        code: 'FORBIDDEN',
        message: 'this needs the role ADMIN in account 1a1',
      })
    return reply.type(contentType).send(await scrape())
  })
}

function isAdministrator(caller: Caller | null): boolean {
  return caller !== null && caller.scope.accountId === 1n && caller.role === 'ADMIN'
}
