import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { retryAfter } from '../graphql/answer-error.ts'
import { securityHeaders } from './security-headers.ts'

/** Answers what fails before GraphQL (no route, a body that cannot be read) in the form of a GraphQL error. */
export function answerHttpErrors(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain')
  const notFound = (request: FastifyRequest, reply: FastifyReply) =>
    reply
      .status(404)
      .send(errorBody('NOT_FOUND', 'There is nothing here; GraphQL is at /graphql.', request.id))
  app.setNotFoundHandler(notFound)
  // Before its body is read: nobody is asked who they are here.
  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404) return done()
    notFound(request, reply)
  })
  app.setErrorHandler<FastifyError>(httpErrorHandler(app.log))
}

/** Fastify's handler of errors, also of those (its frameworkErrors) that it finds before any hook has run. */
export function httpErrorHandler(log: FastifyBaseLogger) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const status = error.statusCode ?? 500
    reply.status(status).headers(securityHeaders).header('x-request-id', request.id)
    if (status >= 500) {
      log.error({ reqId: request.id, err: error }, 'a request failed')
      return reply.send(errorBody('INTERNAL_SERVER_ERROR', 'Unexpected error.', request.id))
    }
    const message = messages[error.code] ?? messages[status] ?? 'The request cannot be read.'
    return reply.send(errorBody(codes[status] ?? 'BAD_REQUEST', message, request.id))
  }
}

const codes: Record<number, string> = { 429: 'TOO_MANY_REQUESTS' }

/** By Fastify's code, else by the status. */
const messages: Record<string | number, string> = {
  FST_ERR_BAD_URL: 'The URL cannot be read.',
  BODY_NOT_UTF8: 'The body is not valid UTF-8.',
  400: 'The body is not valid JSON.',
  413: 'The body is larger than MAX_BODY allows.',
  414: 'The URL is too long.',
  415: 'The Content-Type must be application/json, in UTF-8 and without a Content-Encoding.',
  429: 'Too many requests: Retry-After says how many seconds to wait.',
}

/** Answers that the same may be asked again in a while. */
export function sendUnavailable(request: FastifyRequest, reply: FastifyReply, message: string): FastifyReply {
  return reply
    .status(503)
    .header('retry-after', String(retryAfter))
    .send(errorBody('UNAVAILABLE', message, request.id))
}

/** The form of an answer that is no result of GraphQL. */
export function errorBody(code: string, message: string, requestId: string) {
  return { errors: [{ message, extensions: { code } }], extensions: { requestId } }
}
