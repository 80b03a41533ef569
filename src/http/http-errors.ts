import type { FastifyBaseLogger, FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { securityHeaders } from './security-headers.ts'
import { sendError } from './send-error.ts'

/** Answers what fails before any handler: no route, a body that cannot be read. */
export function answerHttpErrors(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain')
  const notFound = (request: FastifyRequest, reply: FastifyReply) =>
    sendError(request, reply, {
      status: 404,
      code: 'NOT_FOUND',
      message: 'There is nothing here; GraphQL is at /graphql.',
    })
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
    reply.headers(securityHeaders).header('x-request-id', request.id)
    if (status >= 500) {
      log.error({ reqId: request.id, err: error }, 'a request failed')
      return sendError(request, reply, {
        status,
        code: 'INTERNAL_SERVER_ERROR',
        message: 'Unexpected error.',
      })
    }
    const message = messages[error.code] ?? messages[status] ?? 'The request cannot be read.'
    return sendError(request, reply, { status, code: codes[status] ?? 'BAD_REQUEST', message })
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
