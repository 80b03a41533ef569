import { describe, expect, it } from 'vitest'
import { StorageError } from '../src/storage/driver.ts'
import { eventually } from './support/eventually.ts'
import { aCopy } from './support/fake-driver.ts'
import { createWorkbench } from './support/worker.ts'

const { database, gateway, volumeUuid, work, take, read, act, reaches, rowOf } = await createWorkbench()

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
