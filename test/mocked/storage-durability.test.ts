import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, vi } from 'vitest'
import { aBackup, aSnapshot, aWork, createTestStorage, volumeUuid } from '../support/storage.ts'

/** What was synced and linked, in that order. */
const done = vi.hoisted((): string[] => [])
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const open: typeof real.open = async (path, ...how) => {
    const handle = await real.open(path, ...how)
    const sync = handle.sync.bind(handle)
    handle.sync = async () => {
      await sync()
      done.push(`sync ${path}`)
    }
    return handle
  }
  const link: typeof real.link = async (from, to) => {
    await real.link(from, to)
    done.push(`link ${to}`)
  }
  return { ...real, open, link }
})

it('a file is synced before it is confirmed and published, and its name right afterwards', async () => {
  const { driver, volume } = await createTestStorage()
  writeFileSync(join(volume, 'f'), 'content')
  const job = aSnapshot()
  const backup = aBackup(job, '')
  const confirm = async () => void done.push('confirm')
  const told = () =>
    done.splice(0).map((line) =>
      line
        .replace(/\S*\//, '')
        .replace(job.snapshotUuid, 'snapshot')
        .replace(backup.backupUuid, 'backup')
        .replace(volumeUuid, 'folder')
        .replace(/[^.]*\.tmp$/, 'tmp'),
    )
  told()
  const { checksum } = await driver.takeSnapshot(job, aWork(confirm))
  const publishes = ['sync snapshot.tar.gz.tmp', 'confirm', 'link snapshot.tar.gz', 'sync folder']
  expect(told()).toEqual(['sync snapshots', ...publishes])
  // Whether the attempt that published came so far is not known.
  await driver.takeSnapshot({ ...job, confirmedChecksum: checksum }, aWork(confirm))
  expect(told()).toEqual(['sync folder', 'sync snapshots'])

  await driver.backUpSnapshot({ ...backup, checksum }, aWork(confirm))
  expect(told()).toEqual([
    'sync backups',
    ...['sync backup.tar.gz.tmp', 'sync backup.json.tmp', 'confirm'],
    ...['link backup.tar.gz', 'sync folder', 'link backup.json', 'sync folder'],
    ...['sync folder', 'sync backups'],
  ])
})
