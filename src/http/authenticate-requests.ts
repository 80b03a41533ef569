import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError } from 'graphql'
import type { Caller } from '../auth/caller.ts'
import { Unauthenticated } from '../auth/unauthenticated.ts'
import { isAway } from '../database/sql-state.ts'
import { answerError } from '../graphql/answer-error.ts'
import { addressOf } from './address.ts'
import { errorBody } from './http-errors.ts'

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
  const body = errorBody('UNAUTHENTICATED', message, request.id)
  return reply.status(401).header('www-authenticate', challenge).send(body)
}

/** What failed is told as a failure of GraphQL is. */
function fail(thrown: unknown, request: FastifyRequest, reply: FastifyReply) {
  const originalError = thrown instanceof Error ? thrown : new Error('thrown: no error', { cause: thrown })
  // A database that is away fails them all, and is told once by whoever asks it.
  const level = isAway(thrown) ? 'debug' : 'error'
  request.log[level]({ reqId: request.id, err: originalError }, 'a request could not be authenticated')
  const { error } = answerError(new GraphQLError('', { originalError }))
  const { code, http } = error.extensions
  return reply
    .status(http?.status ?? 500)
    .headers({ ...http?.headers })
    .send(errorBody(String(code), error.message, request.id))
}
