import type { FastifyError, FastifyInstance } from 'fastify'

/** Answers what fails before GraphQL (no route, a body that cannot be read) in the form of a GraphQL error. */
export function answerHttpErrors(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain')
  app.setNotFoundHandler((request, reply) =>
    reply
      .status(404)
      .send(errorBody('NOT_FOUND', 'There is nothing here; GraphQL is at /graphql.', request.id)),
  )
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = error.statusCode ?? 500
    if (status >= 500) {
      app.log.error({ reqId: request.id, err: error }, 'a request failed')
      return reply.status(status).send(errorBody('INTERNAL_SERVER_ERROR', 'Unexpected error.', request.id))
    }
    return reply
      .status(status)
      .send(errorBody('BAD_REQUEST', messages[status] ?? 'The request cannot be read.', request.id))
  })
}

const messages: Record<number, string> = {
  400: 'The body is not valid JSON.',
  413: 'The body is too large.',
  415: 'The Content-Type must be application/json.',
}

/** The form of an answer that is no result of GraphQL. */
export function errorBody(code: string, message: string, requestId: string) {
  return { errors: [{ message, extensions: { code } }], extensions: { requestId } }
}
