import { hash } from 'node:crypto'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { GatewayHandles } from '../../graphql/context.ts'
import { createLoaders } from '../../graphql/loaders.ts'
import { Refusal } from '../../resources/errors.ts'
import { httpErrorHandler } from '../http-errors.ts'
import type { Asked } from '../log-requests.ts'
import { reportChanges } from '../report-changes.ts'
import { sendUnavailable } from '../send-error.ts'
import type { Serving } from '../serving.ts'
import { type Answer, answer } from './answer.ts'
import { baseUrl, schemasLink } from './base-url.ts'
import { errorCode } from './error-body.ts'
import { toError } from './faults.ts'
import { readBodies } from './read-body.ts'
import { sendRancherError } from './send-error.ts'
import { indent, jsonType, wantsIndented } from './write.ts'

/** Serves Rancher v1's resources on /v1, to callers that are known. */
export function serveRancherV1(app: FastifyInstance, handles: GatewayHandles, serving: Serving): void {
  const handleHttpError = httpErrorHandler(app.log)
  app.register(async (v1) => {
    readBodies(v1)
    v1.setErrorHandler<FastifyError>((error, request, reply) =>
      // Of the web server itself: what it cannot read, or may not.
      error.statusCode !== undefined && error.statusCode < 500
        ? handleHttpError(error, request, reply)
        : sendThrown(error, request, reply),
    )
    for (const url of ['/v1', '/v1/*'])
      v1.route({
        url,
        method: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'],
        config: { limited: true },
        handler,
      })
  })

  async function handler(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const asked: Asked = { type: 'query', errors: new Set(), refusals: new Set() }
    request.asked = asked
    const found = await serving.requests.answer(reply, (bond) => {
      const { caller } = request
      if (caller === null) throw new Error('unreachable: a route that is not open has a caller')
      const scope = caller.scope.until(bond)
      return answer(
        {
          ...handles,
          base: baseUrl(request),
          scope,
          role: caller.role,
          origin: { actor: caller.name, requestId: request.id },
          bond,
          loaders: createLoaders(scope),
          begins: (change) => Object.assign(asked, { type: 'mutation', operation: change }),
          onChange: reportChanges(app.log, request, caller, {
            observer: serving.observer,
            changed: handles.events.ordering.changed,
          }),
        },
        {
          method: request.method === 'HEAD' ? 'GET' : request.method,
          target: request.url,
          body: (request.body ?? {}) as Record<string, unknown>,
          idempotencyKey: idempotencyKeyOf(request),
        },
      )
    })
    const text = wantsIndented(request.headers) ? indent(found.content) : found.content
    // What was changed is told, however much waits to be read: whoever heard to try again would do it twice.
    if (!found.change && !serving.unread.hasRoomFor(text.length))
      return sendUnavailable(request, reply, 'too many answers wait to be read; try again soon')
    serving.unread.add(reply.raw, text.length)
    return send(request, reply, found, text)
  }

  function sendThrown(thrown: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const body = (request.body ?? {}) as object
    const { error, log } = toError(thrown, { body, removes: request.method === 'DELETE' })
    if (log !== null) app.log[log]({ reqId: request.id, err: thrown }, 'a request failed')
    // A refusal was told as such.
    if (!(thrown instanceof Refusal)) request.asked?.errors.add(errorCode(error))
    return sendRancherError(request, reply, error)
  }
}

function send(request: FastifyRequest, reply: FastifyReply, found: Answer, text: string): FastifyReply {
  const { status, headers = {}, replayed = false, isLasting = false } = found
  reply.header('x-api-schemas', schemasLink(request)).headers(headers)
  // It is of the caller alone, and of this moment.
  reply.header('cache-control', 'private, no-cache')
  if (replayed) reply.header('idempotent-replayed', 'true')
  if (isLasting) {
    const tag = `"${hash('sha256', text, 'base64url')}"`
    reply.header('etag', tag)
    if (isAnyOf(request.headers['if-none-match'], tag)) return reply.status(304).send()
  }
  return reply.status(status).type(jsonType).send(text)
}

function isAnyOf(header: string | undefined, tag: string): boolean {
  return (header ?? '').split(',').some((one) => one.trim().replace(/^W\//, '') === tag)
}

/** For whoever repeats a request that may have been answered; Rancher's clients send none. */
function idempotencyKeyOf({ headers }: FastifyRequest): string | null {
  const header = headers['idempotency-key']
  return typeof header === 'string' ? header : null
}
