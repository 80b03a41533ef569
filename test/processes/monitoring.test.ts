import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startMonitoring } from '../../src/http/monitoring-server.ts'
import { eventually } from '../support/eventually.ts'
import { createSnapshot, createVolume, serve, settles } from '../support/main-job.ts'
import { scrapeMetrics } from '../support/metrics.ts'
import { type GatewayProcess, startProcess } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'

/** Where a process with METRICS_PORT=0 tells its metrics. */
function metricsUrl({ log }: GatewayProcess): string {
  return String(log.find(({ metrics }) => metrics !== undefined)?.metrics)
}

describe('METRICS_PORT', () => {
  it('of a gateway and of a worker beside it tells what each does, and whether it can', async () => {
    const cwd = temporaryDirectory()
    const env = { METRICS_PORT: '0' }
    const gateway = await startProcess([...serve, '--worker', 'off'], env, { cwd })
    const worker = await startProcess(['worker'], env, { cwd })
    const id = await createSnapshot(gateway, await createVolume(gateway, 'example'))
    await settles(gateway, id, 'CREATED')

    const [ofGateway, ofWorker] = [metricsUrl(gateway), metricsUrl(worker)]
    await eventually(async () => {
      const { value, all } = await scrapeMetrics(ofWorker)
      const done = { operation: 'snapshot.create', outcome: 'done' }
      expect(value('snapshot_gateway_operations_total', done)).toBe(1)
      expect(value('snapshot_gateway_queue_oldest_age_seconds', { operation: 'snapshot.create' })).toBe(0)
      expect(all('snapshot_gateway_storage_stuck_processes')).toHaveLength(3)
      expect(value('snapshot_gateway_sweeper_unknown_files', { driver: 'vfs' })).toBe(0)
      expect(all('snapshot_gateway_build_info')).toEqual([[{ version: expect.stringMatching(/^\d/) }, 1]])
    })
    const { value } = await scrapeMetrics(ofGateway)
    const accepted = { operation: 'snapshot.create', outcome: 'accepted' }
    expect(value('snapshot_gateway_mutations_total', accepted)).toBe(1)
    for (const url of [ofGateway, ofWorker]) {
      expect((await fetch(new URL('/healthz', url))).status).toBe(200)
      expect((await fetch(new URL('/readyz', url))).status).toBe(200)
      const none = await fetch(new URL('/graphql', url))
      expect([none.status, await none.json()]).toMatchObject([
        404,
        { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
      ])
    }
    // On the port of requests they are no more.
    expect((await fetch(new URL('/metrics', gateway.url))).status).toBe(404)
    expect(await worker.stop()).toBe(0)
    expect(await gateway.stop()).toBe(0)
  })

  it('that is in use is told', async () => {
    const options = {
      host: '127.0.0.1',
      allowedHosts: [],
      isReady: async () => false,
      log: pino({ level: 'silent' }),
    }
    const metrics = { contentType: 'text/plain', scrape: async () => '' }
    const other = createServer().listen(0, '127.0.0.1')
    onTestFinished(() => void other.close())
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    await expect(startMonitoring({ ...options, port, metrics })).rejects.toThrow(
      `port ${port} of 127.0.0.1 is in use: set METRICS_PORT to another, or to 0 for a free one`,
    )
  })
})
