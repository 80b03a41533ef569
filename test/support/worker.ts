import { pino } from 'pino'
import { afterEach, expect } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { LeaseTiming } from '../../src/worker/keep-lease.ts'
import type { WorkerLog } from '../../src/worker/log.ts'
import { startWorker } from '../../src/worker/start-worker.ts'
import type { WorkObserver } from '../../src/worker/work-observer.ts'
import { createTestDatabase } from './database.ts'
import { eventually } from './eventually.ts'
import { createFakeDriver, type FakeDriver } from './fake-driver.ts'
import { createTestGateway } from './gateway.ts'

/** A gateway with one volume, 1v1, and what a test of the worker does with it and looks at. */
export async function createWorkbench() {
  const database = await createTestDatabase()
  const gateway = createTestGateway(database)
  const log = pino({ level: 'silent' })
  const volumeUuid = () =>
    database.client`select uuid from volume where id = 1`.then(([row]) => row?.uuid as string)

  await gateway.data('mutation { createVolume(input: { name: "db" }) { ... on Volume { id } } }')

  const workers: { close(): Promise<void> }[] = []
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.close()))
    await database.client`update snapshot set state = 'removed', removed = now(), transitioning = 'no' where removed is null`
    await database.client`update backup set state = 'removed', removed = now(), transitioning = 'no' where removed is null`
  })

  async function work(
    options: {
      driver?: FakeDriver
      concurrency?: number
      timing?: LeaseTiming
      poll?: number
      log?: WorkerLog
      observer?: WorkObserver
      database?: Database
    } = {},
  ) {
    const driver = options.driver ?? createFakeDriver()
    const worker = await startWorker({
      database,
      storage: new Map([['vfs', driver]]),
      log,
      concurrency: 2,
      changed: database.events.ordering.changed,
      poll: 0.05,
      ...options,
    })
    workers.push(worker)
    return { driver, worker }
  }

  const fields = `id state transitioning transitioningMessage transitioningProgress sizeBytes checksum managedVolumeUUID
  name backup { id state uri sizeBytes checksum name snapshotId volumeId }`

  async function take(name = 'x'): Promise<string> {
    const { createSnapshot } = await gateway.data(
      'mutation ($name: String) { createSnapshot(input: { volumeId: "1v1", name: $name }) { ... on Snapshot { id } } }',
      { name },
    )
    return createSnapshot.id
  }
  const read = async (id: string) =>
    (await gateway.data(`query ($id: ID!) { snapshot(id: $id) { ${fields} } }`, { id })).snapshot
  const act = (mutation: string, id: string) =>
    gateway.data(
      `mutation { ${mutation}(input: { id: "${id}" }) { __typename ... on UserError { message } } }`,
    )
  const reaches = (id: string, expected: object) =>
    eventually(async () => expect(await read(id)).toMatchObject(expected))
  const rowOf = async (id: string) => {
    const [row] = await database.client`select * from snapshot where id = ${id.slice(2)}`
    if (!row) throw new Error('no such row')
    return row
  }

  const leaseEnd = async (id: string) => {
    const [row] = await database.client`
    select extract(epoch from lease_expires)::float8 as seconds from snapshot where id = ${id.slice(2)}`
    return row?.seconds as number
  }

  return { database, gateway, workers, volumeUuid, work, take, read, act, reaches, rowOf, leaseEnd }
}
