import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Caller } from '../auth/caller.ts'
import { Unauthenticated } from '../auth/unauthenticated.ts'
import { describeFailure } from '../resources/failure.ts'
import { addressOf } from './address.ts'
import { sendError, sendUnavailable } from './send-error.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** On whose behalf the request acts; null only where the route is open. */
    caller: Caller | null
  }
  interface FastifyContextConfig {
    /** Whether everyone may have it, without being asked who they are. */
    open?: boolean
  }
}

/**
 * Finds out who calls, once a request and before its body is read. Every route needs it but those that say that they
 * are open; what there is no route for was answered before.
 */
export function authenticateRequests(
  app: FastifyInstance,
  authenticate: (request: FastifyRequest) => Promise<Caller> | Caller,
): void {
  app.decorateRequest('caller', null)
  app.addHook('onRequest', (request, reply, done) => {
    if (request.routeOptions.config.open) return done()
    const refusal = (error: unknown) =>
      error instanceof Unauthenticated ? refuse(error, request, reply) : fail(error, request, reply)
    const letIn = (caller: Caller) => {
      request.caller = caller
      done()
    }
    let found: Promise<Caller> | Caller
    try {
      found = authenticate(request)
    } catch (error) {
      refusal(error)
      return
    }
    if (found instanceof Promise) found.then(letIn, refusal)
    else letIn(found)
  })
}

function refuse(
  { reason, accessKey, challenge, message }: Unauthenticated,
  request: FastifyRequest,
  reply: FastifyReply,
) {
  // Without a credential it is a browser's first request, or a mistake that tells of itself.
  if (reason !== null)
    request.log.warn(
      { reqId: request.id, ip: addressOf(request), ...(accessKey !== null && { accessKey }), reason },
      'a credential was refused',
    )
  reply.header('www-authenticate', challenge)
  return sendError(request, reply, { status: 401, code: 'UNAUTHENTICATED', message })
}

/** Who calls cannot be found out, now or at all. */
function fail(thrown: unknown, request: FastifyRequest, reply: FastifyReply) {
  const { code, message, log } = describeFailure(thrown)
  const err = thrown instanceof Error ? thrown : new Error('thrown: no error', { cause: thrown })
  request.log[log ?? 'error']({ reqId: request.id, err }, 'a request could not be authenticated')
  if (code === 'UNAVAILABLE') return sendUnavailable(request, reply, message)
  return sendError(request, reply, {
    status: 500,
    code: 'INTERNAL_SERVER_ERROR',
    message: 'Unexpected error.',
  })
}
