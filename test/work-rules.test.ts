import { describe, expect, it } from 'vitest'
import { StorageError } from '../src/storage/driver.ts'
import { leaseTiming } from '../src/worker/keep-lease.ts'
import { eventually } from './support/eventually.ts'
import { aCopy } from './support/fake-driver.ts'
import { rowMaker } from './support/rows.ts'
import { createWorkbench } from './support/worker.ts'

const { database, work, take, read, act, reaches, rowOf, leaseEnd } = await createWorkbench()
const { client } = database
const make = rowMaker(database)
/** Neither a poll nor a renewal comes in the time of a test. */
const never = { poll: 3600, timing: { ...leaseTiming, renewal: 3600, trust: 3500 } }
const secondsUntil = async (id: string, column: string) => {
  const [row] = await client`
    select extract(epoch from ${client(column)} - now())::float8 as seconds from snapshot where id = ${id.slice(2)}`
  return row?.seconds as number
}

describe('a notification', () => {
  it('wakes a worker for a create, a backup and a removal', async () => {
    const { driver } = await work(never)
    const id = await take()
    await (await driver.next()).succeed()
    await reaches(id, { state: 'CREATED' })
    await act('backupSnapshot', id)
    await (await driver.next()).succeed()
    await reaches(id, { state: 'BACKED_UP' })
    const { backup } = await read(id)
    await act('removeSnapshot', id)
    await (await driver.next()).succeed()
    await reaches(id, { state: 'REMOVED' })
    await act('removeBackup', backup.id)
    expect((await driver.next()).name).toBe('deleteBackup')
  })

  it('tells the holder of a lease that its work was cancelled; the removal starts when it has settled', async () => {
    const { driver } = await work(never)
    const id = await take()
    const cancelled = await driver.next()
    await act('removeSnapshot', id)
    await eventually(() => expect(cancelled.work.signal.aborted).toBe(true))
    const removal = await driver.next()
    expect(removal.name).toBe('deleteSnapshot')
    await removal.succeed()
    await reaches(id, { state: 'REMOVED' })
  })
})

describe('times', () => {
  it('a deadline is acceptance and OPERATION_DEADLINE, for each action anew', async () => {
    const { driver } = await work()
    const id = await take()
    await driver.next().then((call) => call.succeed())
    await reaches(id, { state: 'CREATED' })
    await act('backupSnapshot', id)
    expect(await secondsUntil(id, 'deadline')).toBeGreaterThan(3590)
    expect(await secondsUntil(id, 'deadline')).toBeLessThanOrEqual(3600)
  })

  it('a deadline stays over all attempts and the waiting between them', async () => {
    const first = await work()
    const id = await take()
    const { deadline } = await rowOf(id)
    const deadlines: unknown[] = []
    const look = async () => deadlines.push((await rowOf(id)).deadline)
    const failing = await first.driver.next()
    await look()
    failing.fail(new StorageError('DISK_FULL', 'full', { retryable: true }))
    await reaches(id, { transitioningMessage: expect.stringMatching(/^attempt/) })
    await look()
    await first.driver.next()
    await look()
    await first.worker.close()
    await look()
    expect(deadlines).toEqual([deadline, deadline, deadline, deadline])
  })

  it('a lease lasts 30 s, is renewed every 10, and trusted for 20', async () => {
    expect(leaseTiming).toEqual({ lease: 30, renewal: 10, trust: 20 })
    const { driver } = await work()
    const id = await take()
    await driver.next()
    for (const column of ['lease_expires', 'run_after']) {
      expect(await secondsUntil(id, column)).toBeGreaterThan(25)
      expect(await secondsUntil(id, column)).toBeLessThanOrEqual(30)
    }
    expect(await leaseEnd(id)).toBeGreaterThan(0)
  })

  it('a renewal that fails is tried again before the lease is distrusted', async () => {
    const { driver } = await work({ timing: { lease: 30, renewal: 0.5, trust: 5 } })
    const id = await take()
    const call = await driver.next()
    const claimed = await leaseEnd(id)
    // The next statements meet connections that are gone.
    await client`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
    await eventually(async () => expect(await leaseEnd(id)).toBeGreaterThan(claimed))
    expect(call.work.signal.aborted).toBe(false)
    await call.succeed()
    await reaches(id, { state: 'CREATED' })
  })
})

describe('a database that is away in the middle of an attempt', () => {
  it('is waited for: what was done is recorded, and costs no attempt', async () => {
    const { driver } = await work()
    const id = await take()
    const call = await driver.next()
    await client`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`
    await call.succeed()
    await reaches(id, { state: 'CREATED', sizeBytes: String(aCopy.sizeBytes) })
    expect(driver.calls).toHaveLength(1)
  })
})

describe('an outcome', () => {
  it('is recorded in the state that was claimed alone, whatever has the token', async () => {
    const { driver } = await work(never)
    const id = await take()
    const call = await driver.next()
    await client`update snapshot set state = 'removing' where id = ${id.slice(2)}` // the token stays
    await call.succeed()
    // Given back, it is claimed as what it is now.
    expect((await driver.next()).name).toBe('deleteSnapshot')
    expect(await rowOf(id)).toMatchObject({ state: 'removing', transitioning: 'yes', checksum: null })
  })
})

describe('the copy of a backup', () => {
  it('keeps its uuid over attempts and later tries, and gets another once there is a backup of it', async () => {
    const { driver } = await work()
    const id = await take()
    await (await driver.next()).succeed()
    await reaches(id, { state: 'CREATED' })
    const uuids: unknown[] = []
    const backUp = async (end: 'succeed' | 'fail') => {
      await act('backupSnapshot', id)
      const call = await driver.next()
      uuids.push(call.job.backupUuid)
      if (end === 'succeed') await call.succeed()
      else call.fail(new StorageError('UNREADABLE', 'the archive cannot be read', { retryable: false }))
      await reaches(id, { state: end === 'succeed' ? 'BACKED_UP' : 'CREATED' })
    }
    await backUp('fail')
    await backUp('fail')
    await backUp('succeed')
    const { backup } = await read(id)
    await act('removeBackup', backup.id)
    await (await driver.next()).succeed()
    await backUp('succeed')
    const [first, second, third, fourth] = uuids
    expect([second, third]).toEqual([first, first])
    expect(fourth).not.toBe(first)
  })
})

describe('the database itself', () => {
  it('keeps a snapshot, its volume and its backups in one account', async () => {
    await client`insert into account (name, volumes_root) values ('other', 'other')`
    const mine = await make.volume()
    const snapshot = await make.snapshot(mine)
    const foreign = { code: '23503' }
    await expect(make.snapshot(mine, { account_id: 2 })).rejects.toMatchObject(foreign)
    await expect(make.backup(mine, snapshot, { account_id: 2 })).rejects.toMatchObject(foreign)
  })

  it('orders names by code points, whatever its own locale is', async () => {
    const names = await client`
      select table_name, collation_name from information_schema.columns
      where table_schema = 'public' and column_name = 'name' order by table_name`
    expect(names.map(({ table_name, collation_name }) => [table_name, collation_name])).toEqual(
      ['account', 'api_key', 'backup', 'snapshot', 'volume'].map((table) => [table, 'C']),
    )
  })

  it('keeps at most one backup of a snapshot in state created', async () => {
    const volume = await make.volume()
    const snapshot = await make.snapshot(volume)
    await make.backup(volume, snapshot)
    await make.backup(volume, snapshot, { state: 'removed' })
    await make.backup(volume, snapshot, { state: 'removing', transitioning: 'error' })
    await expect(make.backup(volume, snapshot)).rejects.toMatchObject({
      code: '23505',
      constraint_name: 'backup_created_snapshot',
    })
  })

  it('takes no row in transition without a time at which it is due, and an end', async () => {
    const volume = await make.volume()
    for (const missing of ['run_after', 'deadline'])
      await expect(
        make.snapshot(volume, { state: 'creating', transitioning: 'yes', [missing]: null }),
      ).rejects.toMatchObject({ code: '23514' })
  })
})
