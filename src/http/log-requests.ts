import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import { formatId } from '../resources/ids.ts'
import { addressOf } from './address.ts'
import type { RequestObserver } from './request-observer.ts'

/** What is told of a request of GraphQL: never its variables, nor the values in its document. */
export interface Asked {
  /** The name of the operation, and its type. */
  operation?: string
  type?: string
  /** The codes of its top-level errors. */
  errors: Set<string>
  /** The codes of refused mutations, which are data of the answer. */
  refusals: Set<string>
}

declare module 'fastify' {
  interface FastifyRequest {
    asked: Asked | null
    /** What its error is called in an answer, where that is not the request's own id. */
    errorId: string | null
  }
}

/** Of what callers choose, that much is logged. */
const longest = 200
const quiet = ['/healthz', '/readyz', '/metrics']

/** Logs each request with one line when it has been answered, and counts it. */
export function logRequests(app: FastifyInstance, log: Logger, observer: RequestObserver | undefined): void {
  app.decorateRequest('asked', null)
  app.decorateRequest('errorId', null)
  app.addHook('onResponse', (request, reply, done) => {
    tell(request, reply)
    done()
  })

  function tell(request: FastifyRequest, reply: FastifyReply): void {
    const { method, routeOptions } = request
    const route = routeOptions.url ?? null
    const { statusCode: status, elapsedTime: ms } = reply
    const isStream = request.asked?.type === 'subscription' && status < 400
    observer?.answered({ method, route, status, seconds: isStream ? null : ms / 1000 })
    if (route !== null && quiet.includes(route)) return
    // GraphiQL's are a dozen files a visit.
    const level = route?.startsWith('/graphql/assets/') && status < 400 ? 'debug' : 'info'
    if (log.isLevelEnabled(level)) log[level](describe(request, status, ms), 'request')
  }
}

function describe(request: FastifyRequest, status: number, ms: number): object {
  const { id, method, url, caller, asked, errorId } = request
  return {
    reqId: id,
    ...(errorId && { errorId }),
    ip: addressOf(request),
    method,
    path: url.split('?', 1)[0]?.slice(0, longest),
    status,
    ms: Math.round(ms * 10) / 10,
    ...(caller && { account: formatId('account', caller.scope.accountId), actor: caller.actor }),
    ...(asked && {
      operation: asked.operation?.slice(0, longest),
      type: asked.type,
      ...(asked.errors.size > 0 && { errors: [...asked.errors] }),
      ...(asked.refusals.size > 0 && { refusals: [...asked.refusals] }),
    }),
  }
}
