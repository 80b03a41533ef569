import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { deleteExpiredKeys } from '../src/database/idempotency-keys.ts'
import { StorageError, type StorageRoot, type StoredFile } from '../src/storage/driver.ts'
import { startSweeper } from '../src/worker/start-sweeper.ts'
import { sweep } from '../src/worker/sweep.ts'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { createFakeDriver } from './support/fake-driver.ts'
import { aSnapshot, aWork, createTestStorage } from './support/storage.ts'

const database = await createTestDatabase()
const { client } = database
const [volume] = await client`insert into volume (account_id, name, state, transitioning, driver, path)
  values (1, 'v', 'active', 'no', 'vfs', 'v') returning uuid`
const folder: string = volume?.uuid

const token = crypto.randomUUID()
async function snapshot(state: string, more: Record<string, unknown> = {}): Promise<string> {
  const values = {
    account_id: 1,
    state,
    transitioning: 'no',
    volume_id: 1,
    removed: state === 'removed' ? new Date().toISOString() : null,
    ...more,
  }
  const [row] = await client`insert into snapshot ${client(values)} returning uuid`
  return row?.uuid
}
async function backup(state: string, snapshotState = 'created'): Promise<string> {
  const uuid = crypto.randomUUID()
  await snapshot(snapshotState, { backup_uuid: uuid })
  await client`insert into backup (account_id, uuid, state, transitioning, snapshot_id, volume_id, key, size_bytes, checksum, removed)
    select 1, ${uuid}, ${state}, 'no', id, 1, 'k', 1, 'c', ${state === 'removed' ? new Date().toISOString() : null}
    from snapshot where backup_uuid = ${uuid}`
  return uuid
}

const file = (
  uuid: string | null,
  kind: StoredFile['kind'],
  { leaseToken = null as string | null, idleSeconds = 7200 } = {},
): StoredFile => ({
  name: `${uuid}.${kind}.${leaseToken}.${idleSeconds}`,
  kind,
  uuid,
  leaseToken,
  idleSeconds,
})

/** Sweeps a root that holds these files in a folder, the volume's; which were deleted, and which are unknown. */
async function sweepFiles(root: StorageRoot, files: StoredFile[], at = folder) {
  const deleted: string[] = []
  const driver = {
    ...createFakeDriver(),
    listFolders: async (of: StorageRoot) => (of === root && at !== '' ? [at] : []),
    listFiles: async (of: StorageRoot, name: string) => (of === root && name === at ? files : []),
    deleteFile: async (_: StorageRoot, __: string, name: string) => {
      deleted.push(name)
    },
  }
  const swept = await sweep(database.db, driver, new AbortController().signal)
  expect(swept.deleted).toEqual(deleted.map((name) => `${root}/${at}/${name}`))
  expect(swept.failed).toEqual([])
  return { deleted, unknown: swept.unknown }
}

describe('the sweeper, from files to rows', () => {
  it('deletes the files of removed rows, and keeps those of all others', async () => {
    const states = ['requested', 'creating', 'created', 'backing-up', 'backed-up', 'removing']
    const kept = await Promise.all(states.map(async (state) => file(await snapshot(state), 'archive')))
    const gone = file(await snapshot('removed'), 'archive')
    expect(await sweepFiles('snapshots', [...kept, gone])).toEqual({ deleted: [gone.name], unknown: [] })

    const live = await backup('created')
    const removed = await backup('removed')
    const copies = [live, removed].flatMap((uuid) => [file(uuid, 'archive'), file(uuid, 'manifest')])
    expect(await sweepFiles('backups', copies)).toEqual({
      deleted: copies.slice(2).map(({ name }) => name),
      unknown: [],
    })
  })

  it('deletes a copy whose backup never came to be once its snapshot is removed', async () => {
    const [pending, abandoned] = [crypto.randomUUID(), crypto.randomUUID()]
    await snapshot('backing-up', { backup_uuid: pending, transitioning: 'no' })
    await snapshot('removed', { backup_uuid: abandoned })
    const files = [file(pending, 'archive'), file(abandoned, 'archive')]
    expect(await sweepFiles('backups', files)).toEqual({ deleted: [files[1]?.name], unknown: [] })
  })

  it('keeps a backup, with its manifest, whose snapshot is removed', async () => {
    const uuid = await backup('created', 'removed')
    const files = [file(uuid, 'archive'), file(uuid, 'manifest')]
    expect(await sweepFiles('backups', files)).toEqual({ deleted: [], unknown: [] })
  })

  it('deletes a temporary file that is not of the attempt under way and was not written for an hour', async () => {
    const uuid = await snapshot('creating', { lease_token: token })
    const other = crypto.randomUUID()
    const files = [
      file(uuid, 'temporary', { leaseToken: token }),
      file(uuid, 'temporary', { leaseToken: other, idleSeconds: 3599 }),
      file(uuid, 'temporary', { leaseToken: other, idleSeconds: 3601 }),
    ]
    expect(await sweepFiles('snapshots', files)).toEqual({ deleted: [files[2]?.name], unknown: [] })
  })

  it('reports files that no row knows, and never deletes them', async () => {
    const files = [
      file(crypto.randomUUID(), 'archive'),
      file(crypto.randomUUID(), 'temporary', { leaseToken: token }),
      file(null, 'other'),
    ]
    for (const root of ['snapshots', 'backups'] as const)
      expect(await sweepFiles(root, files)).toEqual({
        deleted: [],
        unknown: files.map(({ name }) => `${root}/${folder}/${name}`),
      })
  })

  it('takes only what lies where the gateway writes it: a copy elsewhere is somebody’s own', async () => {
    const uuid = await snapshot('removed')
    const archive = file(uuid, 'archive')
    expect(await sweepFiles('snapshots', [archive], 'kept-by-me')).toEqual({
      deleted: [],
      unknown: [`snapshots/kept-by-me/${archive.name}`],
    })
    expect(await sweepFiles('snapshots', [archive], '')).toEqual({
      deleted: [],
      unknown: [`snapshots/${archive.name}`],
    })
    const manifest = file(uuid, 'manifest')
    expect(await sweepFiles('snapshots', [manifest])).toEqual({
      deleted: [],
      unknown: [`snapshots/${folder}/${manifest.name}`],
    })
  })

  it('goes on where something of it fails, and tells what', async () => {
    const gone = file(await snapshot('removed'), 'archive')
    const stuck = file(await snapshot('removed'), 'archive')
    const broken = new StorageError('FAILED', 'the storage failed (EIO)', { retryable: true })
    const driver = {
      ...createFakeDriver(),
      listFolders: async (root: StorageRoot) =>
        root === 'backups' ? Promise.reject(broken) : ['bad', folder],
      listFiles: async (_: StorageRoot, name: string) => {
        if (name === 'bad') throw broken
        return name === folder ? [stuck, gone] : []
      },
      deleteFile: async (_: StorageRoot, __: string, name: string) => {
        if (name === stuck.name) throw broken
      },
    }
    const failed = (path: string) => ({ path, reason: 'the storage failed (EIO)' })
    expect(await sweep(database.db, driver, new AbortController().signal)).toEqual({
      deleted: [`snapshots/${folder}/${gone.name}`],
      unknown: [],
      failed: [failed('snapshots/bad'), failed(`snapshots/${folder}/${stuck.name}`), failed('backups')],
    })
  })

  it('deletes expired idempotency keys in batches, and none that is in time', async () => {
    await client`insert into idempotency_key (account_id, key, mutation, input_hash, created)
      select 1, 'key ' || n, 'm', 'h', now() - (22.5 + n * 0.5) * interval '1 hour' from generate_series(1, 8) n`
    await deleteExpiredKeys(database.db, new AbortController().signal, 2)
    expect(await client`select key from idempotency_key order by key`).toEqual([
      { key: 'key 1' },
      { key: 'key 2' },
    ])
    await client`delete from idempotency_key`
  })

  it('goes on with files where keys cannot be deleted', async () => {
    const failure = new Error('no keys')
    const db = Object.create(database.db, { execute: { value: () => Promise.reject(failure) } })
    const logged: object[] = []
    const log = pino({ base: null, timestamp: false }, { write: (line) => logged.push(JSON.parse(line)) })
    let swept = false
    const driver = {
      ...createFakeDriver(),
      listFolders: async () => {
        swept = true
        return []
      },
    }
    const sweeper = startSweeper({
      eventRetention: 30 * 86_400,
      database: { ...database, db },
      storage: new Map([['vfs', driver]]),
      log,
    })
    onTestFinished(() => sweeper.close())
    await eventually(() => expect(swept).toBe(true))
    expect(logged).toMatchObject([
      { level: 50, what: 'expired idempotency keys', err: { message: 'no keys' } },
    ])
  })

  it('does not wait, when it is closed, for storage that hangs', async () => {
    let called = () => {}
    const hanging = new Promise<void>((resolve) => {
      called = resolve
    })
    const driver = {
      ...createFakeDriver(),
      listFolders: () => {
        called()
        return new Promise<string[]>(() => {})
      },
    }
    const sweeper = startSweeper({
      eventRetention: 30 * 86_400,
      database,
      storage: new Map([['vfs', driver]]),
      log: pino({ level: 'silent' }),
    })
    await hanging
    await sweeper.close()
  })

  it('does with the real driver what it does with rows', async () => {
    const storage = await createTestStorage()
    writeFileSync(join(storage.volume, 'f'), 'x')
    const [kept, gone] = [await snapshot('created'), await snapshot('removed')]
    for (const snapshotUuid of [kept, gone])
      await storage.driver.takeSnapshot({ ...aSnapshot({ snapshotUuid }), volumeUuid: folder }, aWork())
    writeFileSync(join(storage.config.snapshotsDir, 'loose'), '')
    symlinkSync('/nowhere', join(storage.config.snapshotsDir, folder, `${gone}.json`))
    mkdirSync(join(storage.config.snapshotsDir, folder, `${await snapshot('removed')}.tar.gz`))
    const swept = await sweep(database.db, storage.driver, new AbortController().signal)
    expect(swept).toEqual({
      deleted: [`snapshots/${folder}/${gone}.tar.gz`],
      unknown: [
        'snapshots/loose',
        expect.stringMatching(/tar\.gz$|json$/),
        expect.stringMatching(/tar\.gz$|json$/),
      ],
      failed: [],
    })
    expect(storage.files('snapshots')).toContain(`${folder}/${kept}.tar.gz`)
    expect(storage.files('snapshots')).toHaveLength(5)
    // A root that is not mounted keeps nothing of the other.
    rmSync(join(storage.config.backupsDir, '.snapshot-gateway'))
    const half = await sweep(database.db, storage.driver, new AbortController().signal)
    expect(half.unknown).toHaveLength(3)
    expect(half.failed).toEqual([
      { path: 'backups', reason: 'storage not mounted: backups, its marker is missing' },
    ])
  })

  it('runs in one worker at a time, and deletes expired idempotency keys', async () => {
    await client`insert into idempotency_key (account_id, key, mutation, input_hash, created) values
      (1, 'old', 'm', 'h', now() - interval '25 hours'), (1, 'young', 'm', 'h', now() - interval '23 hours')`
    let sweeping = 0
    let most = 0
    let sweeps = 0
    const driver = {
      ...createFakeDriver(),
      listFolders: async () => {
        sweeping += 1
        sweeps += 1
        most = Math.max(most, sweeping)
        await client`select pg_sleep(0.02)`
        sweeping -= 1
        return []
      },
    }
    const options = {
      database,
      storage: new Map([['vfs', driver]]),
      log: pino({ level: 'silent' }),
      every: 0.01,
      eventRetention: 3600,
    }
    const sweepers = [startSweeper(options), startSweeper(options), startSweeper(options)]
    onTestFinished(() => Promise.all(sweepers.map((sweeper) => sweeper.close())).then(() => {}))
    await eventually(() => expect(sweeps).toBeGreaterThan(10))
    expect(most).toBe(1)
    expect(await client`select key from idempotency_key`).toEqual([{ key: 'young' }])
  })
})
