import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { FormattedExecutionResult } from 'graphql'
import { createYoga } from 'graphql-yoga'
import type { Bond } from '../database/bond.ts'
import type { Context, GatewayHandles } from '../graphql/context.ts'
import { type DocumentLimits, defaultLimits } from '../graphql/document-limits.ts'
import { createLoaders } from '../graphql/loaders.ts'
import { schema } from '../graphql/schema.ts'
import type { TrustedDocuments } from '../graphql/trusted-documents.ts'
import { RequestError } from '../resources/errors.ts'
import { chooseMediaType, type MediaType } from './choose-media-type.ts'
import { createDocumentCache } from './document-cache.ts'
import { acceptsEventStream, asEventStream, eventStreamType } from './event-stream.ts'
import { KnownOperations, type KnownRequest } from './known-operations.ts'
import { reportChanges } from './report-changes.ts'
import { sendError, sendUnavailable } from './send-error.ts'
import type { Serving } from './serving.ts'
import { createAnswerer, maskError, useAnswer } from './use-answer.ts'
import { useDocumentLimits } from './use-document-limits.ts'
import { useIntrospection } from './use-introspection.ts'
import { tell, useKnownOperations } from './use-known-operations.ts'
import { type HttpContext, useParameters } from './use-parameters.ts'
import { type Streamed, useStreams } from './use-streams.ts'
import { useTrustedDocuments } from './use-trusted-documents.ts'

/** What documents are accepted; any within the default limits where nothing is said. */
export interface DocumentOptions {
  limits?: DocumentLimits
  /** Whether callers may ask for the schema. */
  introspection?: boolean
  /** The only ones that are accepted; null: any. */
  trustedDocuments?: TrustedDocuments | null
  /** Executions of a query before it is compiled; left out: a few. */
  patience?: number
}

/** Serves GraphQL on /graphql, to callers that are known. */
export function serveGraphql(
  app: FastifyInstance,
  handles: GatewayHandles,
  { requests, streams, waits, unread, observer }: Serving,
  { limits = defaultLimits, introspection = true, trustedDocuments = null, patience }: DocumentOptions = {},
): void {
  const known = new KnownOperations({ schema, characters: rememberedCharacters, patience })
  const answerer = createAnswerer(app.log, observer)
  const yoga = createYoga<Served>({
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
      useKnownOperations(known, limits.cost),
      useStreams(known, limits.cost, answerer),
      useAnswer(answerer),
    ],
  })

  const answerIn = async (
    mediaType: MediaType,
    request: FastifyRequest,
    context: Served,
  ): Promise<Answer | Stream> => {
    const asked = request.method === 'POST' ? known.find(request.body) : null
    const executed = asked && (await execute(asked, request, context))
    // Without data it was not executed: what is wrong with the request Yoga tells.
    const result = executed && 'data' in executed ? executed : null
    if (result && !result.errors && !context.replayed)
      return {
        status: 200,
        headers: [['content-type', contentTypes[mediaType]]],
        body: JSON.stringify(result),
      }
    // HEAD is a GET of whose answer the web server leaves out the body.
    const method = request.method === 'POST' ? 'POST' : 'GET'
    const served = result ? Object.assign(context, { result }) : context
    const response = await yoga.fetch(address, { method, headers: { accept: mediaType } }, served)
    const { results } = context.stream
    if (results) return { bond: context.bond, results }
    return { status: response.status, headers: [...response.headers], body: await response.text() }
  }
  /** Null where there is something to refuse, which Yoga does. */
  const execute = (asked: KnownRequest, request: FastifyRequest, context: Context) => {
    const { operation, variables } = asked
    try {
      operation.refuseCostly(variables, limits.cost, sizeOf(request))
    } catch {
      return null
    }
    tell(request.asked, operation)
    return operation.execute(context, variables)
  }
  app.route({
    url: '/graphql',
    method: ['GET', 'POST'],
    config: { limited: true },
    handler: async (request, reply) => {
      // Yoga would look at this when a mutation has been done.
      const { accept } = request.headers
      const acceptsStream = acceptsEventStream(accept)
      const mediaType = chooseMediaType(accept)
      if (mediaType === null && !acceptsStream) {
        const message =
          'Answers are application/json or application/graphql-response+json, of subscriptions text/event-stream.'
        return sendError(request, reply, { status: 406, code: 'BAD_REQUEST', message })
      }
      const { caller } = request
      if (caller === null) throw new Error('unreachable: a route that is not open has a caller')
      request.asked = { errors: new Set(), refusals: new Set() }
      const onChange = reportChanges(app.log, request, caller, {
        observer,
        changed: handles.events.ordering.changed,
      })
      let answer: Answer | Stream
      try {
        answer = await requests.answer(reply, (bond, clock) => {
          const scope = caller.scope.until(bond)
          return answerIn(mediaType ?? 'application/graphql-response+json', request, {
            storage: handles.storage,
            operationDeadline: handles.operationDeadline,
            events: handles.events,
            patiently: waits.of(request, clock),
            requestId: request.id,
            origin: { actor: caller.name, requestId: request.id },
            bond,
            scope,
            role: caller.role,
            loaders: createLoaders(scope),
            onChange,
            http: request,
            stream: { isAccepted: acceptsStream },
          })
        })
        if ('results' in answer) return streams.send(request, reply, answer)
      } catch (error) {
        if (!(error instanceof RequestError) || error.code !== 'UNAVAILABLE') throw error
        return sendUnavailable(request, reply, error.message)
      }
      if (mediaType === null && answer.status === 200)
        answer = {
          status: 200,
          headers: [['content-type', eventStreamType]],
          body: asEventStream(answer.body),
        }
      const { status, headers, body } = answer
      // A mutation has been done: whoever heard that it is to be tried again would do it twice.
      if (request.asked.type !== 'mutation' && !unread.hasRoomFor(body.length))
        return sendUnavailable(request, reply, 'too many answers wait to be read; try again soon')
      unread.add(reply.raw, body.length)
      for (const [name, value] of headers) reply.header(name, value)
      answer.body = '' // the promise that brought it is old to the garbage collector, which would keep it for long
      return reply.status(status).send(body)
    },
  })

  const notAllowed = async (request: FastifyRequest, reply: FastifyReply) =>
    sendError(request, reply.header('allow', 'GET, HEAD, POST'), {
      status: 405,
      code: 'BAD_REQUEST',
      message: 'GraphQL is asked by POST, or by GET to read.',
    })
  app.route({
    url: '/graphql',
    method: ['PUT', 'PATCH', 'DELETE', 'OPTIONS'],
    config: { open: true },
    onRequest: notAllowed, // before the body is read
    handler: notAllowed,
  })
}

type Served = Context & HttpContext & Streamed

/** What a request is answered with. */
interface Answer {
  status: number
  headers: [name: string, value: string][]
  body: string
}

/** The same where it goes on. */
interface Stream {
  bond: Bond
  results: AsyncIterable<FormattedExecutionResult>
}

const contentTypes: Record<MediaType, string> = {
  'application/json': 'application/json; charset=utf-8',
  'application/graphql-response+json': 'application/graphql-response+json; charset=utf-8',
}

/** Characters that a body has beside its query, as far as its length tells. */
function sizeOf({ headers, body }: FastifyRequest): number {
  const { query = '' } = body as { query?: string }
  return Number(headers['content-length'] ?? Number.POSITIVE_INFINITY) - query.length
}

/** Of parsed documents and of those that were refused: some 500 of usual length, at most 60 MB. */
const rememberedCharacters = 250_000

/** Where Yoga is told that it is: a URL made of what the request says of its host need not be one. */
const address = 'http://gateway/graphql'
