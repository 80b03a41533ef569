import { describe, expect, it } from 'vitest'
import { cancelChannel } from '../src/resources/channels.ts'
import { StorageError } from '../src/storage/driver.ts'
import { eventually } from './support/eventually.ts'
import { aCopy, createFakeDriver, type FakeDriver } from './support/fake-driver.ts'
import { blockedBy, lockRow } from './support/row-lock.ts'
import { createWorkbench } from './support/worker.ts'

const { database, workers, work, take, read, act, reaches, rowOf, leaseEnd } = await createWorkbench()

/** A snapshot whose create or backup is under way, and the call of its driver. */
async function underWay(process: string, driver: FakeDriver) {
  const id = await take()
  const taking = await driver.next()
  if (process === 'create') return { id, call: taking }
  await taking.succeed()
  await reaches(id, { state: 'CREATED' })
  await act('backupSnapshot', id)
  return { id, call: await driver.next() }
}

/** Gives a row to another worker, as the claim of a lease that ran out does; the row as it is then. */
async function takeOver(id: string) {
  await database.client`update snapshot set lease_token = gen_random_uuid(), lease_expires = now() + interval '1 hour',
    run_after = now() + interval '1 hour' where id = ${id.slice(2)}`
  return rowOf(id)
}

describe('cancel: remove where nothing is under way', () => {
  it('of a snapshot that no worker has taken up makes none', async () => {
    const id = await take()
    await act('removeSnapshot', id)
    expect(await read(id)).toMatchObject({ state: 'REMOVING', transitioningMessage: 'Waiting for a worker' })
    const { driver } = await work()
    await (await driver.next()).succeed()
    await reaches(id, { state: 'REMOVED', sizeBytes: null })
    expect(driver.calls.map(({ name }) => name)).toEqual(['deleteSnapshot'])
  })

  it('of a snapshot that waits for its next attempt starts at once', async () => {
    const { driver } = await work()
    const id = await take()
    ;(await driver.next()).fail(new StorageError('DISK_FULL', 'full', { retryable: true }))
    await reaches(id, { transitioningMessage: expect.stringMatching(/^attempt/) })
    await database.client`update snapshot set run_after = now() + interval '1 hour' where id = ${id.slice(2)} and lease_token is null`
    await act('removeSnapshot', id)
    for (let call = await driver.next(); ; call = await driver.next()) {
      await call.succeed().catch(() => {})
      if (call.name === 'deleteSnapshot') break
    }
    await reaches(id, { state: 'REMOVED' })
  })
})

describe('cancel: remove while something is under way', () => {
  it.each([
    'create',
    'backup',
  ])('stops a %s, waits until its driver has settled, and then removes', async (process) => {
    const { driver } = await work()
    const { id, call: cancelled } = await underWay(process, driver)
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

  it.each([
    'create',
    'backup',
  ])('that are lost in a %s change no row: not by confirming, not by progress, not by an outcome', async (process) => {
    const { driver } = await work({ driver: createFakeDriver({ stubborn: true }) })
    const { id, call: late } = await underWay(process, driver)
    const before = await takeOver(id)
    late.work.onProgress(50)
    await expect(late.work.confirm(aCopy)).rejects.toThrow('the lease is lost')
    await late.succeed()
    await workers.splice(0)[0]?.close()
    expect(await rowOf(id)).toEqual(before)
  })

  it('that are lost choose no other uuid for a backup whose published copy is damaged', async () => {
    const { driver } = await work({ driver: createFakeDriver({ stubborn: true }) })
    const { id, call: late } = await underWay('backup', driver)
    const before = await takeOver(id)
    late.fail(new StorageError('DAMAGED_BACKUP', 'the published copy is damaged', { retryable: true }))
    await workers.splice(0)[0]?.close()
    expect(await rowOf(id)).toEqual(before)
  })

  it('stop the driver when they could not be renewed for too long', async () => {
    const { driver } = await work({ timing: { lease: 30, renewal: 60, trust: 0.3 } })
    await take()
    const call = await driver.next()
    await eventually(() => expect(call.work.signal.aborted).toBe(true))
  })

  it('are trusted from the start of the last renewal, however long that took', async () => {
    const timing = { lease: 30, renewal: 0.2, trust: 3 }
    const { driver } = await work({ timing })
    const { id, call } = await underWay('create', driver)
    const lock = await lockRow(database.client, 'snapshot', id.slice(2))
    const renewal = await blockedBy(database.client, lock.pid)
    const before = await leaseEnd(id)
    const next = lockRow(database.client, 'snapshot', id.slice(2)) // before another renewal comes
    await blockedBy(database.client, renewal)
    await database.client`select pg_sleep(1)`
    const ended = performance.now()
    await lock.release()
    await eventually(() => expect(call.work.signal.aborted).toBe(true))
    expect(performance.now() - ended).toBeLessThan(timing.trust * 1000)
    expect(await leaseEnd(id)).toBeGreaterThan(before)
    await (await next).release()
  })

  it('are given back, with the attempt, once the database can be reached again', async () => {
    const { driver } = await work()
    const { id, call } = await underWay('create', driver)
    const lock = await lockRow(database.client, 'snapshot', id.slice(2))
    await database.client`select pg_notify(${cancelChannel}, ${call.job.leaseToken as string})`
    // The connections on which it is given back break.
    for (let times = 0; times < 2; times++)
      await database.client`select pg_terminate_backend(${await blockedBy(database.client, lock.pid)}, 5000)`
    await lock.release()
    const again = await driver.next()
    expect(await rowOf(id)).toMatchObject({ attempt: 1, lease_token: again.job.leaseToken })
    await again.succeed()
    await reaches(id, { state: 'CREATED' })
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
