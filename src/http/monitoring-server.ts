import { randomUUID } from 'node:crypto'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import { answerClientError } from './answer-client-error.ts'
import { checkHost } from './check-host.ts'
import { serveHealth } from './health.ts'
import { createHostFilter } from './hosts.ts'
import { httpErrorHandler } from './http-errors.ts'
import { listen } from './listen.ts'
import { setSecurityHeaders } from './security-headers.ts'
import { errorBody } from './send-error.ts'
import { type MetricsSource, serveMetrics } from './serve-metrics.ts'

export interface MonitoringOptions {
  host: string
  port: number
  /** Hosts that it answers for, beside those of the loopback; null: all. */
  allowedHosts: readonly string[] | null
  log: FastifyBaseLogger
  metrics: MetricsSource
  isReady(): Promise<boolean>
}

/** Starts the server of METRICS_PORT: metrics and health for those who watch, who are not asked who they are. */
export async function startMonitoring(options: MonitoringOptions): Promise<{ close(): Promise<void> }> {
  const { host, port, log } = options
  const app = createMonitoringServer(options)
  const url = await listen(app, { host, port, name: 'METRICS_PORT' })
  log.info({ metrics: `${url}/metrics` }, 'metrics and health can be asked for')
  return { close: () => app.close() }
}

function createMonitoringServer({ allowedHosts, log, metrics, isReady }: MonitoringOptions): FastifyInstance {
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    forceCloseConnections: true,
    requestTimeout: 10_000,
    bodyLimit: 1,
    frameworkErrors: httpErrorHandler(log),
    clientErrorHandler: answerClientError(log),
  }) as unknown as FastifyInstance
  setSecurityHeaders(app)
  checkHost(app, allowedHosts && createHostFilter(allowedHosts))
  app.setErrorHandler(httpErrorHandler(log))
  app.setNotFoundHandler((request, reply) =>
    reply
      .status(404)
      .send(errorBody('NOT_FOUND', 'Here are /metrics, /healthz and /readyz; nothing else.', request.id)),
  )
  serveHealth(app, isReady)
  serveMetrics(app, metrics, 'everyone')
  return app
}
