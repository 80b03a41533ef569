import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { aBackup, aSnapshot, aWork, createTestStorage } from '../support/storage.ts'

/** Bytes free, at each look; then none are. */
const free = vi.hoisted((): number[] => [])
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof import('node:fs/promises')>()
  const statfs = async () => ({ bsize: 1, blocks: 2 ** 30, bavail: free.shift() ?? 0 })
  return { ...real, statfs }
})
const nextLooks = (...bytes: number[]) => void free.splice(0, free.length, ...bytes)

const MiB = 2 ** 20
const full = {
  code: 'DISK_FULL',
  retryable: true,
  message: 'disk nearly full: 0 KiB free of 1 GiB; 16 MiB are to stay free',
}
async function createStorage() {
  const storage = await createTestStorage({ minFreeBytes: 16 * MiB })
  writeFileSync(join(storage.volume, 'f'), randomBytes(10 * MiB))
  return storage
}
const plenty = Array.from({ length: 10 }, () => 2 ** 30)

describe('a disk that others fill up', () => {
  it('is looked at before and while an archive is written, which then fails', async () => {
    const { driver, files } = await createStorage()
    nextLooks(2 ** 30, 16 * MiB)
    await expect(driver.takeSnapshot(aSnapshot(), aWork())).rejects.toMatchObject(full)
    expect(free).toEqual([])
    expect(files('snapshots')).toEqual([])
  })

  it('is looked at before and while a backup is written, which then fails', async () => {
    const { driver, files } = await createStorage()
    const job = aSnapshot()
    nextLooks(...plenty)
    const { checksum } = await driver.takeSnapshot(job, aWork())
    nextLooks(2 ** 30, 16 * MiB)
    await expect(driver.backUpSnapshot(aBackup(job, checksum), aWork())).rejects.toMatchObject(full)
    expect(free).toEqual([])
    expect(files('backups')).toEqual([])
  })
})

it('of what is to stay free, no attempt writes more than a quarter between two looks', async () => {
  const { driver } = await createStorage()
  nextLooks(...plenty)
  await driver.takeSnapshot(aSnapshot(), aWork())
  expect(plenty.length - free.length).toBeGreaterThanOrEqual(3) // one before 10 MiB, and one after each 4
})
