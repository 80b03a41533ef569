import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createYoga } from 'graphql-yoga'
import { tellsUnavailable } from '../graphql/answer-error.ts'
import type { Context, GatewayHandles } from '../graphql/context.ts'
import { type DocumentLimits, defaultLimits } from '../graphql/document-limits.ts'
import { createLoaders } from '../graphql/loaders.ts'
import { schema } from '../graphql/schema.ts'
import type { TrustedDocuments } from '../graphql/trusted-documents.ts'
import { chooseMediaType } from './choose-media-type.ts'
import { createDocumentCache } from './document-cache.ts'
import { errorBody, sendUnavailable } from './http-errors.ts'
import { reportChanges } from './report-changes.ts'
import type { RequestObserver } from './request-observer.ts'
import type { Requests } from './requests.ts'
import { UnreadAnswers } from './unread-answers.ts'
import { maskError, useAnswer } from './use-answer.ts'
import { useAsked } from './use-asked.ts'
import { useCostLimit } from './use-cost-limit.ts'
import { useDocumentLimits } from './use-document-limits.ts'
import { useIntrospection } from './use-introspection.ts'
import { type HttpContext, useParameters } from './use-parameters.ts'
import { useTrustedDocuments } from './use-trusted-documents.ts'

/** What documents are accepted; any within the default limits where nothing is said. */
export interface DocumentOptions {
  limits?: DocumentLimits
  /** Whether callers may ask for the schema. */
  introspection?: boolean
  /** The only ones that are accepted; null: any. */
  trustedDocuments?: TrustedDocuments | null
}

/** Serves GraphQL on /graphql, to callers that are known. `requests` ends what takes too long; `observer` counts. */
export function serveGraphql(
  app: FastifyInstance,
  handles: GatewayHandles,
  requests: Requests,
  observer?: RequestObserver,
  { limits = defaultLimits, introspection = true, trustedDocuments = null }: DocumentOptions = {},
): void {
  const yoga = createYoga<Context & HttpContext>({
    schema,
    // GraphiQL, CORS and the size of bodies are the web server's; errors are answered and logged by useAnswer.
    graphiql: false,
    landingPage: false,
    cors: false,
    multipart: false,
    maskedErrors: { maskError },
    logging: false,
    parserAndValidationCache: {
      documentCache: createDocumentCache(rememberedCharacters),
      errorCache: createDocumentCache(rememberedCharacters),
    },
    plugins: [
      useParameters(),
      ...(trustedDocuments ? useTrustedDocuments(trustedDocuments) : []),
      useDocumentLimits(limits),
      useIntrospection(introspection),
      useAsked(),
      useCostLimit(limits.cost),
      useAnswer(app.log, observer),
    ],
  })

  const unread = new UnreadAnswers()
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    handler: async (request, reply) => {
      // Yoga would look at this when a mutation has been done, and also answer as streams that it cannot send here.
      const mediaType = chooseMediaType(request.headers.accept)
      if (mediaType === null) {
        const message = 'Answers are application/json or application/graphql-response+json.'
        return reply.status(406).send(errorBody('BAD_REQUEST', message, request.id))
      }
      const { caller } = request
      if (caller === null) throw new Error('unreachable: a route that is not open has a caller')
      request.asked = { errors: new Set(), refusals: new Set() }
      const onChange = reportChanges(app.log, request, caller, observer)
      // HEAD is a GET of whose answer the web server leaves out the body.
      const method = request.method === 'POST' ? 'POST' : 'GET'
      const asked = { method, headers: { accept: mediaType } }
      let response: Response
      try {
        response = await requests.answer(reply, async (signal) => {
          const scope = caller.scope.until(signal)
          const context = { ...handles, ...caller, requestId: request.id, signal, scope, onChange }
          return yoga.fetch(address, asked, { ...context, loaders: createLoaders(scope), http: request })
        })
      } catch (error) {
        if (!tellsUnavailable(error)) throw error
        return sendUnavailable(request, reply, error.message)
      }
      const answer = await response.text()
      // A mutation has been done: whoever heard that it is to be tried again would do it twice.
      if (request.asked.type !== 'mutation' && !unread.hasRoomFor(answer.length))
        return sendUnavailable(request, reply, 'too many answers wait to be read; try again soon')
      unread.add(reply.raw, answer.length)
      for (const [name, value] of response.headers) reply.header(name, value)
      return reply.status(response.status).send(answer)
    },
  })

  const notAllowed = async (request: FastifyRequest, reply: FastifyReply) =>
    reply
      .status(405)
      .header('allow', 'GET, HEAD, POST')
      .send(errorBody('BAD_REQUEST', 'GraphQL is asked by POST, or by GET to read.', request.id))
  app.route({
    url: '/graphql',
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    config: { open: true },
    onRequest: notAllowed, // before the body is read
    handler: notAllowed,
  })
}

/** Of parsed documents and of those that were refused: some 500 of usual length, at most 60 MB. */
const rememberedCharacters = 250_000

/** Where Yoga is told that it is: a URL made of what the request says of its host need not be one. */
const address = 'http://gateway/graphql'
