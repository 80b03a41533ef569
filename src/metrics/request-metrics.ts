import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { RequestObserver } from '../http/request-observer.ts'
import type { Operations } from './work-metrics.ts'

/** Any other method is one. */
const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

/** Counts requests and what they change. */
export function createRequestMetrics(register: Registry, operations: Operations): RequestObserver {
  const registers = [register]
  const requests = new Counter({
    name: 'snapshot_gateway_http_requests_total',
    help: 'HTTP requests that were answered. route: none where there is nothing at the path, or no request could be read.',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const durations = new Histogram({
    name: 'snapshot_gateway_http_request_duration_seconds',
    help: 'From the head of a request to the end of its answer.',
    labelNames: ['method', 'route'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers,
  })
  const errors = new Counter({
    name: 'snapshot_gateway_graphql_errors_total',
    help: 'Top-level errors of answers of GraphQL, by extensions.code.',
    labelNames: ['code'],
    registers,
  })
  const mutations = new Counter({
    name: 'snapshot_gateway_mutations_total',
    help: 'Mutations by what came of them: accepted, replayed from an idempotency key, refused as data or for the role, or failed.',
    labelNames: ['operation', 'outcome'],
    registers,
  })
  const refusals = new Counter({
    name: 'snapshot_gateway_mutation_refusals_total',
    help: 'Refused mutations, by the code that they were answered with.',
    labelNames: ['code'],
    registers,
  })
  const streams = new Gauge({
    name: 'snapshot_gateway_streams',
    help: 'Subscriptions that are being answered.',
    registers,
  })
  return {
    answered: ({ method, route, status, seconds }) => {
      const labels = { method: methodOf(method), route: route ?? 'none' }
      requests.inc({ ...labels, status })
      if (seconds !== null) durations.observe(labels, seconds)
    },
    graphqlError: (code) => errors.inc({ code }),
    changed: (report) => {
      mutations.inc({ operation: report.change, outcome: report.outcome })
      if (report.outcome === 'refused') refusals.inc({ code: report.code })
      if (report.outcome === 'accepted' && report.cancelled) operations.ended(report.cancelled, 'cancelled')
    },
    streams: (change) => streams.inc(change),
  }
}

function methodOf(method: string | null): string {
  return method !== null && methods.includes(method) ? method : 'other'
}
