import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { StorageError } from '../src/storage/driver.ts'
import { createVfs } from '../src/storage/vfs/vfs.ts'
import { markStorageRoots } from '../src/worker/mark-storage-roots.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestStorage } from './support/storage.ts'

const database = await createTestDatabase()

/** A driver whose backups root is not marked yet, and its path. */
async function newRoot() {
  const storage = await createTestStorage()
  const root = storage.config.backupsDir
  rmSync(root, { recursive: true })
  return { ...storage, root, marker: join(root, '.snapshot-gateway') }
}

describe('a root for storage', () => {
  it.each([
    'that is missing',
    'that is empty but for lost+found',
  ])('%s is given the marker', async (which) => {
    const { driver, config, root, marker } = await newRoot()
    if (which !== 'that is missing') mkdirSync(join(root, 'lost+found'), { recursive: true })
    expect(await driver.prepareRoot('backups', false)).toBeNull()
    expect(readFileSync(marker, 'utf8')).toBe(`${config.installation}\n`)
    expect(await driver.prepareRoot('backups', true)).toBeNull()
    expect(readdirSync(root).filter((name) => name !== 'lost+found')).toEqual(['.snapshot-gateway'])
  })

  it('that was marked and has no marker is not mounted: nothing is put there', async () => {
    const { driver, root } = await newRoot()
    const notMounted = 'storage not mounted: the marker that was put there is missing'
    expect(await driver.prepareRoot('backups', true)).toBe(notMounted)
    expect(existsSync(root)).toBe(false)
    mkdirSync(root)
    expect(await driver.prepareRoot('backups', true)).toBe(notMounted)
    expect(readdirSync(root)).toEqual([])
  })

  it('that a crash left half marked is completed', async () => {
    const { driver, root, marker } = await newRoot()
    mkdirSync(root)
    writeFileSync(`${marker}.tmp`, 'half')
    writeFileSync(`${marker}-1.tmp.link`, '')
    expect(await driver.prepareRoot('backups', false)).toBeNull()
    expect(readdirSync(root)).toEqual(['.snapshot-gateway'])
  })

  it('keeps nothing of a start that crashed once it was marked', async () => {
    const { driver, root, marker } = await newRoot()
    await driver.prepareRoot('backups', false)
    for (const leftover of ['.tmp', '-1.tmp', '-1.tmp.link']) writeFileSync(`${marker}${leftover}`, '')
    expect(await driver.prepareRoot('backups', true)).toBeNull()
    expect(readdirSync(root)).toEqual(['.snapshot-gateway'])
  })

  it.each([
    [
      'is another installation’s',
      (root: string) => writeFileSync(join(root, '.snapshot-gateway'), 'other\n'),
      'it belongs to another installation (other)',
    ],
    [
      'holds files of others',
      (root: string) => writeFileSync(join(root, 'photo'), ''),
      'there are other files in it: give it an empty folder',
    ],
    [
      'is no directory',
      (root: string) => {
        rmSync(root, { recursive: true })
        writeFileSync(root, '')
      },
      'it is no directory',
    ],
  ])('that %s is refused', async (_, change, message) => {
    const { driver, root } = await newRoot()
    mkdirSync(root)
    change(root)
    await expect(driver.prepareRoot('backups', false)).rejects.toMatchObject({ message, retryable: false })
  })

  it('whose parent is missing is refused: it may be on a disk that is not mounted', async () => {
    const { config } = await newRoot()
    const message = 'the folder above it does not exist: create it, or mount its disk'
    const elsewhere = createVfs(
      {
        ...config,
        dataDir: join(config.backupsDir, 'missing/data'),
        snapshotsDir: join(config.backupsDir, 'missing/data/snapshots'),
        backupsDir: join(config.backupsDir, 'missing'),
      },
      { info() {}, warn() {}, error() {} },
    )
    for (const root of ['snapshots', 'backups'] as const)
      await expect(elsewhere.prepareRoot(root, false)).rejects.toMatchObject({ message, retryable: false })
    expect(existsSync(config.backupsDir)).toBe(false)
  })

  it('that cannot be written now is warned of: removals need no room', async ({ skip }) => {
    const { driver, root } = await newRoot()
    await driver.prepareRoot('backups', false)
    try {
      execFileSync('mount', ['--bind', root, root], { stdio: 'ignore' })
    } catch {
      skip('this user may not mount')
    }
    onTestFinished(() => void execFileSync('umount', [root]))
    execFileSync('mount', ['-o', 'remount,ro,bind', root])
    expect(await driver.prepareRoot('backups', true)).toBe('storage not writable (EROFS)')
  })
})

describe('marking the roots', () => {
  const marked = async () =>
    (await database.client`select kind from storage_root order by kind`).map(({ kind }) => kind)
  const mark = async (prepareRoot: (root: string, known: boolean) => Promise<string | null>) => {
    const warnings: string[] = []
    const log = { warn: (_: object, message: string) => void warnings.push(message) }
    await markStorageRoots(database.address, {
      snapshotsDir: '/s',
      backupsDir: '/b',
      driver: { prepareRoot },
      log,
    })
    return warnings
  }

  it('is kept in the database, after the file', async () => {
    const fails = async (root: string) => {
      if (root === 'backups') throw new StorageError('FAILED', 'it is no directory', { retryable: false })
      return null
    }
    await expect(mark(fails)).rejects.toThrow('/b cannot hold backups: it is no directory')
    expect(await marked()).toEqual([])
    const seen: [string, boolean][] = []
    const fine = async (root: string, known: boolean) => {
      seen.push([root, known])
      return null
    }
    await mark(fine)
    expect(await marked()).toEqual(['backups', 'snapshots'])
    await mark(fine)
    expect(seen).toEqual([
      ['snapshots', false],
      ['backups', false],
      ['snapshots', true],
      ['backups', true],
    ])
  })

  it('that does not answer holds up the start of a known root with a warning only', async () => {
    const hangs = async () => {
      throw new StorageError('TIMED_OUT', 'the storage does not answer in time', { retryable: true })
    }
    const message = 'the storage does not answer in time'
    expect(await mark(hangs)).toEqual([message, message])
    await database.client`delete from storage_root`
    await expect(mark(hangs)).rejects.toThrow(`/s cannot hold snapshots: ${message}`)
  })

  it('is done by one process at a time', async () => {
    let at = 0
    let most = 0
    const slow = async () => {
      at += 1
      most = Math.max(most, at)
      await database.client`select pg_sleep(0.01)`
      at -= 1
      return null
    }
    await Promise.all([mark(slow), mark(slow), mark(slow)])
    expect(most).toBe(1)
  })
})
