import { randomUUID } from 'node:crypto'
import { compile } from '@fastify/proxy-addr'
import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance, type FastifyRequest, LogController } from 'fastify'
import type { Logger } from 'pino'
import type { Caller } from '../auth/caller.ts'
import type { GatewayHandles } from '../graphql/context.ts'
import { allowOrigins } from './allow-origins.ts'
import { answerClientError } from './answer-client-error.ts'
import { authenticateRequests } from './authenticate-requests.ts'
import { checkHost } from './check-host.ts'
import { closeInOrder } from './close-in-order.ts'
import { createDialectTeller, tellDialect } from './dialect.ts'
import { serveGraphiql } from './graphiql.ts'
import { type DocumentOptions, serveGraphql } from './graphql.ts'
import { serveHealth } from './health.ts'
import { createHostFilter } from './hosts.ts'
import { answerHttpErrors, httpErrorHandler } from './http-errors.ts'
import { readJsonBodies } from './json-body.ts'
import { limitFailures } from './limit-failures.ts'
import { limitRate } from './limit-rate.ts'
import { logRequests } from './log-requests.ts'
import { refusePages } from './rancher-v1/refuse-pages.ts'
import { serveRancherV1 } from './rancher-v1/serve.ts'
import { refuseCrossSiteReads } from './refuse-cross-site-reads.ts'
import type { RequestObserver } from './request-observer.ts'
import { Requests } from './requests.ts'
import { serveRoot } from './root.ts'
import { setSecurityHeaders } from './security-headers.ts'
import { type MetricsSource, serveMetrics } from './serve-metrics.ts'
import type { Serving } from './serving.ts'
import { Streams, type StreamsOptions } from './streams.ts'
import { createOriginTeller, tellOrigin } from './tell-origin.ts'
import { UnreadAnswers } from './unread-answers.ts'
import { Waits } from './waits.ts'

export interface ServerOptions {
  log: Logger
  handles: GatewayHandles
  /** Says who calls. Throws Unauthenticated. */
  authenticate(request: FastifyRequest): Promise<Caller> | Caller
  documents?: DocumentOptions
  /** Whether Rancher v1's resources are served on /v1; yes by default. */
  rancherV1?: boolean
  /** Hosts that it answers for, beside those of the loopback; null, the default: all. */
  allowedHosts?: readonly string[] | null
  /** Origins whose pages may call the gateway; none by default. */
  corsOrigins?: readonly string[]
  /** Bytes that a body may have; 1 MiB by default. */
  maxBody?: number
  /** Requests in a minute that a caller may make; 0, the default: any number. */
  requestsPerMinute?: number
  /** Addresses and networks of proxies whose X-Forwarded-For, -Proto, -Host and -Port are believed; none by default. */
  trustedProxies?: readonly string[]
  /** Whether the gateway can serve: never throws. */
  isReady(): Promise<boolean>
  /** Seconds in which a whole request must have come; it is answered 408 else. */
  receiveTimeout?: number
  /** Seconds that a request has from then on; it is answered UNAVAILABLE else. */
  requestTimeout?: number
  /** Seconds that requests in flight have at a stop. */
  closePatience?: number
  /** How often streams are looked after. */
  streams?: Pick<StreamsOptions, 'heartbeatEvery' | 'patience' | 'authenticateEvery'>
  observer?: RequestObserver | undefined
  /** Served as /metrics to the administrators of account 1. */
  metrics?: MetricsSource | undefined
}

/** Builds the web server; it listens when told to. */
export function createServer({
  log,
  handles,
  documents,
  rancherV1 = true,
  allowedHosts = null,
  corsOrigins = [],
  maxBody = 2 ** 20,
  requestsPerMinute = 0,
  trustedProxies = [],
  authenticate,
  isReady,
  receiveTimeout = 60,
  requestTimeout = 30,
  closePatience = 5,
  streams,
  observer,
  metrics,
}: ServerOptions): FastifyInstance {
  const isTrusted = compile([...trustedProxies])
  const isOurs = allowedHosts && createHostFilter(allowedHosts)
  const originFor = createOriginTeller({ isTrusted, isOurs })
  const dialectOf = createDialectTeller({ rancherV1 })
  const handleError = httpErrorHandler(log)
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: (logger) => logger, // one for each request is dear: lines that are of one say so
    genReqId: ({ headers }) => requestId(headers['x-request-id']),
    bodyLimit: maxBody,
    trustProxy: trustedProxies.length > 0 && isTrusted,
    // Doubled slashes count as one, as in Rancher; those that follow are its path's to read.
    rewriteUrl: ({ url = '' }) => (url.startsWith('//') ? url.replace(/^\/+(?=v1([/?]|$))/, '/') : url),
    // Requests in flight finish at a stop; idle connections do not hold it up.
    forceCloseConnections: 'idle',
    return503OnClosing: false, // closeInOrder does
    requestTimeout: receiveTimeout * 1000,
    // Where nothing moves for longer than that, the client takes nothing of its answer.
    connectionTimeout: (receiveTimeout + requestTimeout) * 1000,
    http: {
      requireHostHeader: false, // checkHost does, in our form
      // Bodies are only timed where a head has no longer than the whole.
      headersTimeout: receiveTimeout * 1000,
      connectionsCheckingInterval: receiveTimeout * 100,
    },
    // Fastify's own request, without what is added below.
    frameworkErrors: (error, request, reply) =>
      handleError(
        error,
        Object.assign(request, { origin: originFor(request.raw), dialect: dialectOf(request.url) }),
        reply,
      ),
    clientErrorHandler: answerClientError(log, { observer, dialectOf }),
  }) as unknown as FastifyInstance

  // In the order in which a request comes to them.
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id)
    done()
  })
  const serving: Serving = {
    requests: new Requests(requestTimeout),
    streams: new Streams({ authenticate, observer, ...streams }),
    waits: new Waits(authenticate),
    unread: new UnreadAnswers(),
    observer,
  }
  // Node would refuse what it does not know of with 417, past all that follows.
  app.server.on('checkExpectation', (request, response) => app.server.emit('request', request, response))
  setSecurityHeaders(app)
  logRequests(app, log, observer)
  tellOrigin(app, originFor)
  tellDialect(app, dialectOf)
  checkHost(app, isOurs)
  allowOrigins(app, corsOrigins)
  closeInOrder(app, serving, closePatience)
  answerHttpErrors(app)
  readJsonBodies(app)
  serveHealth(app, isReady)
  // Before: its page is shown to everyone, and asks then. It sends whatever is written in it: no trusted document.
  const graphiql = !documents?.trustedDocuments
  if (graphiql) serveGraphiql(app)
  serveRoot(app, { graphiql, rancherV1 })
  refuseCrossSiteReads(app, corsOrigins)
  refusePages(app, corsOrigins)
  app.register(rateLimit, { global: false })
  if (requestsPerMinute > 0) limitFailures(app)
  authenticateRequests(app, authenticate)
  if (requestsPerMinute > 0) limitRate(app, requestsPerMinute)
  if (metrics) serveMetrics(app, metrics, 'administrators')
  serveGraphql(app, handles, serving, documents)
  if (rancherV1) serveRancherV1(app, handles, serving)
  return app
}

/** A caller's own request id where it is one that can stand in a log, else a new one. */
function requestId(header: string | string[] | undefined): string {
  return typeof header === 'string' && /^[\w.:/+=-]{1,128}$/.test(header) ? header : randomUUID()
}
