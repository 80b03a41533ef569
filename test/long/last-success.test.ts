import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { createSnapshot, createVolume, serve, settles } from '../support/main-job.ts'
import { scrapeMetrics } from '../support/metrics.ts'
import { startProcess } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'

it('without METRICS_PORT the metrics are on the port of requests; the last success outlives a restart', async () => {
  const cwd = temporaryDirectory()
  const first = await startProcess(serve, {}, { cwd })
  await settles(first, await createSnapshot(first, await createVolume(first, 'example')), 'CREATED')
  expect(await first.stop()).toBe(0)
  const second = await startProcess(serve, {}, { cwd })
  await eventually(async () => {
    const { value } = await scrapeMetrics(new URL('/metrics', second.url))
    const labels = { driver: 'vfs', operation: 'snapshot.create' }
    expect(value('snapshot_gateway_last_success_timestamp_seconds', labels)).toBeGreaterThan(1.7e9)
    expect(value('snapshot_gateway_database_up')).toBe(1)
  })
  expect(await second.stop()).toBe(0)
})
