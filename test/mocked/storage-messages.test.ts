import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type StorageDriver, StorageError } from '../../src/storage/driver.ts'
import { aBackup, aSnapshot, aWork, createTestStorage, type TestStorage } from '../support/storage.ts'

/** Counts the calls of the file system, and lets one of them fail as the system would, with an absolute path. */
const files = vi.hoisted(() => ({ armed: false, calls: 0, failing: 0, code: 'EIO' }))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const failing =
    (name: string, call: (...args: unknown[]) => Promise<unknown>) =>
    (...args: unknown[]) => {
      if (!files.armed || ++files.calls !== files.failing) return call(...args)
      const path = String(args[0])
      const message = `${files.code}: the system's own words, ${name} '${path}'`
      return Promise.reject(Object.assign(new Error(message), { code: files.code, syscall: name, path }))
    }
  return Object.fromEntries(
    Object.entries(real).map(([name, value]) => [
      name,
      typeof value === 'function' ? failing(name, value as (...args: unknown[]) => Promise<unknown>) : value,
    ]),
  )
})

const codes = [
  'EIO',
  'ENOENT',
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOSPC',
  'EDQUOT',
  'ENOTDIR',
  'ESTALE',
  'EEXIST',
  'ELOOP',
  'EMFILE',
]
const location = { accountRoot: '', path: 'db' }

/** Every call of a driver, each with what makes it ready. */
const calls: Record<keyof StorageDriver, (storage: TestStorage) => Promise<() => Promise<unknown>>> = {
  checkVolume:
    async ({ driver }) =>
    () =>
      driver.checkVolume(location),
  makeVolume:
    async ({ driver }) =>
    () =>
      driver.makeVolume({ accountRoot: '', path: 'new/one' }),
  takeSnapshot:
    async ({ driver }) =>
    () =>
      driver.takeSnapshot(aSnapshot(), aWork()),
  deleteSnapshot: async ({ driver }) => {
    const job = aSnapshot()
    await driver.takeSnapshot(job, aWork())
    return () => driver.deleteSnapshot(job, aWork())
  },
  backUpSnapshot: async ({ driver }) => {
    const job = aSnapshot()
    const { checksum } = await driver.takeSnapshot(job, aWork())
    return () => driver.backUpSnapshot(aBackup(job, checksum), aWork())
  },
  deleteBackup: async ({ driver }) => {
    const job = aSnapshot()
    const { checksum } = await driver.takeSnapshot(job, aWork())
    const backup = aBackup(job, checksum)
    await driver.backUpSnapshot(backup, aWork())
    return () => driver.deleteBackup(backup, aWork())
  },
  prepareRoot:
    async ({ driver }) =>
    () =>
      driver.prepareRoot('backups', true),
  listFolders:
    async ({ driver }) =>
    () =>
      driver.listFolders('snapshots'),
  listFiles: async ({ driver, config }) => {
    writeFileSync(join(config.snapshotsDir, 'a-file'), '')
    return () => driver.listFiles('snapshots', '')
  },
  deleteFile:
    async ({ driver }) =>
    () =>
      driver.deleteFile('snapshots', 'folder', `${crypto.randomUUID()}.tar.gz`),
}

describe('whatever fails of the file system', () => {
  it.each(
    Object.keys(calls) as (keyof StorageDriver)[],
  )('%s tells of it without an absolute path', async (name) => {
    const storage = await createTestStorage()
    onTestFinished(() => {
      files.armed = false
    })
    const base = dirname(storage.config.volumesDir)
    let failures = 0
    for (let failing = 1, reached = true; reached; failing += 1)
      for (const code of [codes[failing % codes.length], codes[(5 * failing + 1) % codes.length]]) {
        const call = await calls[name](storage)
        Object.assign(files, { armed: true, calls: 0, failing, code })
        const outcome = await call().catch((error: unknown) => error)
        files.armed = false
        reached = files.calls >= failing
        const told = outcome instanceof Error ? outcome.message : outcome
        if (outcome instanceof Error) {
          failures += 1
          expect(outcome).toBeInstanceOf(StorageError)
        }
        if (typeof told !== 'string') continue
        expect(told).not.toContain(base)
        expect(told).not.toContain("the system's own words")
        expect(told).not.toMatch(/(^|[\s'"(])\/\w/)
      }
    expect(failures).toBeGreaterThan(0)
    // Of what fails, nothing half done is left.
    expect(
      readdirSync(storage.config.snapshotsDir, { recursive: true }).filter((file) =>
        String(file).endsWith('.tmp'),
      ),
    ).toEqual([])
  })

  it('the log tells it in full', async () => {
    const { driver, config, logged } = await createTestStorage()
    Object.assign(files, { armed: true, calls: 0, failing: 1, code: 'EIO' })
    onTestFinished(() => {
      files.armed = false
    })
    await expect(driver.listFolders('snapshots')).rejects.toThrow('the storage failed (EIO)')
    expect(logged).toMatchObject([
      {
        message: 'a storage call failed',
        fields: { err: { path: expect.stringContaining(config.snapshotsDir) } },
      },
    ])
  })
})

it('a volume that tar cannot read is told of by its own names', async () => {
  const { driver, volume, config } = await createTestStorage()
  mkdirSync(join(config.volumesDir, 'another'))
  rmSync(volume, { recursive: true })
  const told = await driver.takeSnapshot(aSnapshot(), aWork()).catch((error: Error) => error.message)
  expect(told).toBe('the volume cannot be read: its directory db is gone')
  expect(told).not.toContain(config.volumesDir)
})
