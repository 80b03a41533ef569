import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { StorageRoot, StoredFile } from '../src/storage/driver.ts'
import { startSweeper } from '../src/worker/start-sweeper.ts'
import { sweep } from '../src/worker/sweep.ts'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { createFakeDriver } from './support/fake-driver.ts'

const database = await createTestDatabase()
const { client } = database
await client`insert into volume (account_id, name, state, transitioning, driver, path)
  values (1, 'v', 'active', 'no', 'vfs', 'v')`

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
async function backup(state: string): Promise<string> {
  const uuid = crypto.randomUUID()
  await snapshot('created', { backup_uuid: uuid })
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

/** Sweeps a root that holds these files; which were deleted, and which are unknown. */
async function sweepFiles(root: StorageRoot, files: StoredFile[]) {
  const deleted: string[] = []
  const driver = {
    ...createFakeDriver(),
    listFolders: async (of: StorageRoot) => (of === root ? ['folder'] : []),
    listFiles: async () => files,
    deleteFile: async (_: StorageRoot, __: string, name: string) => {
      deleted.push(name)
    },
  }
  const swept = await sweep(database.db, driver, new AbortController().signal)
  expect(swept.deleted).toEqual(deleted.map((name) => `${root}/folder/${name}`))
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
        unknown: files.map(({ name }) => `${root}/folder/${name}`),
      })
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
    }
    const sweepers = [startSweeper(options), startSweeper(options), startSweeper(options)]
    onTestFinished(() => Promise.all(sweepers.map((sweeper) => sweeper.close())).then(() => {}))
    await eventually(() => expect(sweeps).toBeGreaterThan(10))
    expect(most).toBe(1)
    expect(await client`select key from idempotency_key`).toEqual([{ key: 'young' }])
  })
})
