import { pino } from 'pino'
import { afterEach, describe, expect, it } from 'vitest'
import { StorageError } from '../src/storage/driver.ts'
import type { LeaseTiming } from '../src/worker/lease.ts'
import { startWorker } from '../src/worker/start-worker.ts'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { aCopy, createFakeDriver, type FakeDriver } from './support/fake-driver.ts'
import { createTestGateway } from './support/gateway.ts'

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

async function work(options: { driver?: FakeDriver; concurrency?: number; timing?: LeaseTiming } = {}) {
  const driver = options.driver ?? createFakeDriver()
  const worker = await startWorker({
    database,
    storage: new Map([['vfs', driver]]),
    log,
    concurrency: 2,
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
  gateway.data(`mutation { ${mutation}(input: { id: "${id}" }) { __typename ... on UserError { message } } }`)
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

describe('the life of a snapshot', () => {
  it('is taken, backed up, and removed, while its backup stays', async () => {
    const { driver } = await work()
    const id = await take('first')
    const taking = await driver.next()
    expect(taking.name).toBe('takeSnapshot')
    expect(taking.job).toMatchObject({
      volumeUuid: await volumeUuid(),
      volume: { accountRoot: '', path: 'db' },
      confirmedChecksum: null,
    })
    expect(await read(id)).toMatchObject({
      state: 'CREATING',
      transitioning: 'YES',
      transitioningMessage: 'Writing the archive',
      transitioningProgress: 0,
      sizeBytes: null,
    })
    taking.work.onProgress(37.8)
    await reaches(id, { transitioningProgress: 37 })
    await taking.succeed()
    await reaches(id, {
      state: 'CREATED',
      transitioning: 'NO',
      transitioningMessage: null,
      transitioningProgress: null,
      sizeBytes: '42',
      checksum: aCopy.checksum,
      managedVolumeUUID: await volumeUuid(),
      backup: null,
    })

    await act('backupSnapshot', id)
    const copying = await driver.next()
    expect(copying.name).toBe('backUpSnapshot')
    expect(copying.job).toMatchObject({
      checksum: aCopy.checksum,
      manifest: { snapshotId: id, volumeName: 'db', created: expect.stringMatching(/\.\d{6}Z$/) },
    })
    // A backup has the name that its snapshot has when it comes to be.
    await gateway.data(
      `mutation { updateSnapshot(input: { id: "${id}", name: "renamed" }) { ... on Snapshot { name } } }`,
    )
    await copying.succeed()
    await reaches(id, {
      state: 'BACKED_UP',
      transitioning: 'NO',
      backup: {
        state: 'CREATED',
        name: 'renamed',
        sizeBytes: '42',
        checksum: aCopy.checksum,
        snapshotId: id,
        volumeId: '1v1',
        uri: `file:///backups/${await volumeUuid()}/${copying.job.backupUuid}.tar.gz`,
      },
    })

    await act('removeSnapshot', id)
    const deleting = await driver.next()
    expect(deleting.name).toBe('deleteSnapshot')
    await deleting.succeed()
    await reaches(id, {
      state: 'REMOVED',
      transitioning: 'NO',
      backup: { state: 'CREATED' },
      sizeBytes: '42',
    })

    const backupId = (await read(id)).backup.id
    await act('removeBackup', backupId)
    const forgetting = await driver.next()
    expect(forgetting).toMatchObject({ name: 'deleteBackup', job: { backupUuid: copying.job.backupUuid } })
    await forgetting.succeed()
    await eventually(async () =>
      expect(
        await gateway.data(`{ backup(id: "${backupId}") { state removed removeTime sizeBytes } }`),
      ).toEqual({
        backup: { state: 'REMOVED', removed: true, removeTime: expect.any(String), sizeBytes: '42' },
      }),
    )
  })

  it('leaves no lease, due time or deadline on a row that is settled', async () => {
    const { driver } = await work()
    const id = await take()
    expect(await rowOf(id)).toMatchObject({ run_after: expect.any(String), deadline: expect.any(String) })
    const call = await driver.next()
    expect(await rowOf(id)).toMatchObject({
      attempt: 1,
      lease_token: call.job.leaseToken,
      lease_expires: expect.any(String),
    })
    await call.succeed()
    await reaches(id, { state: 'CREATED' })
    expect(await rowOf(id)).toMatchObject({
      lease_token: null,
      lease_expires: null,
      run_after: null,
      deadline: null,
    })
  })

  it('writes size and checksum before publishing, and shows them from CREATED on', async () => {
    const { driver } = await work()
    const id = await take()
    const call = await driver.next()
    await call.work.confirm(aCopy)
    expect(await rowOf(id)).toMatchObject({ size_bytes: '42', checksum: aCopy.checksum })
    expect(await read(id)).toMatchObject({ state: 'CREATING', sizeBytes: null, checksum: null })
    await call.succeed()
    await reaches(id, { state: 'CREATED', sizeBytes: '42' })
  })

  it('removes with a snapshot the copy whose backup never came to be, and keeps one that did', async () => {
    const { driver } = await work()
    const id = await take()
    await (await driver.next()).succeed()
    await reaches(id, { state: 'CREATED' })
    await act('backupSnapshot', id)
    const copying = await driver.next()
    copying.fail(new StorageError('DAMAGED', 'the stored snapshot is damaged', { retryable: false }))
    await reaches(id, {
      state: 'CREATED',
      transitioning: 'ERROR',
      transitioningMessage: 'the stored snapshot is damaged',
    })
    await act('removeSnapshot', id)
    await (await driver.next()).succeed()
    const leftover = await driver.next()
    expect(leftover).toMatchObject({ name: 'deleteBackup', job: { backupUuid: copying.job.backupUuid } })
    await leftover.succeed()
    await reaches(id, { state: 'REMOVED' })
  })
})

describe('failures', () => {
  it('retries what may get better, saying which attempt failed and why', async () => {
    const { driver } = await work()
    const id = await take()
    ;(await driver.next()).fail(new StorageError('DISK_FULL', 'disk nearly full', { retryable: true }))
    await reaches(id, {
      state: 'CREATING',
      transitioning: 'YES',
      transitioningMessage: expect.stringMatching(
        /^attempt (1 of 10: disk nearly full|2 of 10: Writing the archive)$/,
      ),
    })
    const again = await driver.next()
    expect(await read(id)).toMatchObject({ transitioningMessage: 'attempt 2 of 10: Writing the archive' })
    await again.succeed()
    await reaches(id, { state: 'CREATED', transitioning: 'NO' })
  })

  it('fails at once what cannot get better by itself; the snapshot can be removed', async () => {
    const { driver } = await work()
    const id = await take()
    ;(await driver.next()).fail(
      new StorageError('VOLUME_UNAVAILABLE', 'the directory db is gone', { retryable: false }),
    )
    await reaches(id, {
      state: 'CREATING',
      transitioning: 'ERROR',
      transitioningMessage: 'the directory db is gone',
      transitioningProgress: null,
    })
    await act('removeSnapshot', id)
    await (await driver.next()).succeed()
    await reaches(id, { state: 'REMOVED' })
  })

  it('gives up after ten attempts; a removal is then asked for again', async () => {
    const id = await take()
    await act('removeSnapshot', id)
    await database.client`update snapshot set attempt = 9 where id = ${id.slice(2)}`
    const { driver } = await work()
    ;(await driver.next()).fail(new StorageError('NOT_MOUNTED', 'storage not mounted', { retryable: true }))
    await reaches(id, {
      state: 'REMOVING',
      transitioning: 'ERROR',
      transitioningMessage: 'gave up after 10 attempts: storage not mounted',
    })
    await act('removeSnapshot', id)
    await (await driver.next()).succeed()
    await reaches(id, { state: 'REMOVED', transitioning: 'NO', transitioningMessage: null })
  })

  it('masks what is no failure of storage', async () => {
    const { driver } = await work()
    const id = await take()
    ;(await driver.next()).fail(new TypeError('secret of the implementation'))
    await eventually(async () =>
      expect((await read(id)).transitioningMessage).toMatch(/^attempt (1 of 10: unexpected error|2 of 10: )/),
    )
    await (await driver.next()).succeed()
  })

  it('chooses another uuid for a backup whose published copy is damaged', async () => {
    const { driver } = await work()
    const id = await take()
    await (await driver.next()).succeed()
    await reaches(id, { state: 'CREATED' })
    await act('backupSnapshot', id)
    const first = await driver.next()
    first.fail(new StorageError('DAMAGED_BACKUP', 'the published copy is damaged', { retryable: true }))
    const second = await driver.next()
    expect(second.job.backupUuid).not.toBe(first.job.backupUuid)
    await second.succeed()
    await reaches(id, { state: 'BACKED_UP' })
  })

  it('counts attempts at the claim, so that crashes end too', async () => {
    const id = await take()
    // Ten workers died in the middle of it.
    await database.client`
      update snapshot set state = 'creating', attempt = 10, lease_token = gen_random_uuid(), lease_expires = now(), run_after = now()
      where id = ${id.slice(2)}`
    const { driver } = await work()
    await reaches(id, {
      state: 'CREATING',
      transitioning: 'ERROR',
      transitioningMessage: expect.stringMatching(/^gave up after 10 attempts/),
    })
    expect(driver.calls).toEqual([])
  })
})

describe('cancel: remove while something is under way', () => {
  it.each([
    'create',
    'backup',
  ])('stops a %s, waits until its driver has settled, and then removes', async (process) => {
    const { driver } = await work()
    const id = await take()
    if (process === 'backup') {
      await (await driver.next()).succeed()
      await reaches(id, { state: 'CREATED' })
      await act('backupSnapshot', id)
    }
    const cancelled = await driver.next()
    await act('removeSnapshot', id)
    await eventually(() => expect(cancelled.work.signal.aborted).toBe(true))
    const deleting = await driver.next()
    expect(deleting.name).toBe('deleteSnapshot')
    expect(await rowOf(id)).toMatchObject({ state: 'removing', attempt: 1 })
    await deleting.succeed()
    if (process === 'backup') await (await driver.next()).succeed() // the copy that never became a backup
    await reaches(id, { state: 'REMOVED' })
  })

  it('says what it waits for, and starts no removal beside a driver that has not settled', async () => {
    const { driver } = await work({ driver: createFakeDriver({ stubborn: true }) })
    const id = await take()
    const taking = await driver.next()
    await act('removeSnapshot', id)
    await eventually(() => expect(taking.work.signal.aborted).toBe(true))
    expect(await read(id)).toMatchObject({
      state: 'REMOVING',
      transitioning: 'YES',
      transitioningMessage: 'Waiting for the cancelled work to stop',
    })
    expect(driver.calls).toHaveLength(1)
    taking.fail(new StorageError('ABORTED', 'aborted', { retryable: true }))
    const deleting = await driver.next()
    await deleting.succeed()
    await reaches(id, { state: 'REMOVED' })
  })

  it('hears of it at the next renewal where the notification is lost', async () => {
    const { driver } = await work({ timing: { lease: 30, renewal: 0.2, trust: 20 } })
    const id = await take()
    const taking = await driver.next()
    // What removeSnapshot writes, without its NOTIFY.
    await database.client`
      update snapshot set state = 'removing', attempt = 0, run_after = lease_expires where id = ${id.slice(2)}`
    await eventually(() => expect(taking.work.signal.aborted).toBe(true))
    await (await driver.next()).succeed()
    await reaches(id, { state: 'REMOVED' })
  })

  it('starts when the lease expires where its holder is gone', async () => {
    const id = await take()
    await database.client`
      update snapshot set state = 'creating', attempt = 1, lease_token = gen_random_uuid(),
        lease_expires = now() + interval '1 second', run_after = now() + interval '1 second' where id = ${id.slice(2)}`
    await act('removeSnapshot', id)
    const { driver } = await work()
    await (await driver.next()).succeed()
    await reaches(id, { state: 'REMOVED' })
  })
})

describe('leases', () => {
  it('are renewed while a driver runs, so that nobody else claims the row', async () => {
    const timing = { lease: 1, renewal: 0.2, trust: 0.8 }
    const { driver } = await work({ timing })
    const other = await work({ timing })
    const id = await take()
    const call = await Promise.race([driver.next(), other.driver.next()])
    const claimed = await leaseEnd(id)
    await eventually(async () => expect(await leaseEnd(id)).toBeGreaterThan(claimed + 1.5))
    expect(driver.calls.length + other.driver.calls.length).toBe(1)
    await call.succeed()
    await reaches(id, { state: 'CREATED' })
  })

  it('that are lost change no row: not by confirming, not by progress, not by an outcome', async () => {
    const { driver } = await work({ driver: createFakeDriver({ stubborn: true }) })
    const id = await take()
    const late = await driver.next()
    await database.client`update snapshot set lease_token = gen_random_uuid(), lease_expires = now() + interval '1 hour',
      run_after = now() + interval '1 hour' where id = ${id.slice(2)}`
    const before = await rowOf(id)
    late.work.onProgress(50)
    await expect(late.work.confirm(aCopy)).rejects.toThrow('the lease is lost')
    await late.succeed()
    await workers.splice(0)[0]?.close()
    expect(await rowOf(id)).toEqual(before)
  })

  it('stop the driver when they could not be renewed for too long', async () => {
    const { driver } = await work({ timing: { lease: 30, renewal: 60, trust: 0.3 } })
    await take()
    const call = await driver.next()
    await eventually(() => expect(call.work.signal.aborted).toBe(true))
  })

  it('are given back at shutdown, with the attempt', async () => {
    const { driver, worker } = await work()
    const id = await take()
    const call = await driver.next()
    await worker.close()
    expect(call.work.signal.aborted).toBe(true)
    expect(await rowOf(id)).toMatchObject({
      state: 'creating',
      transitioning: 'yes',
      attempt: 0,
      lease_token: null,
    })
    const next = await work()
    await (await next.driver.next()).succeed()
    await reaches(id, { state: 'CREATED' })
  })
})
