import { chmodSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aSnapshot, aWork, createTestStorage } from './support/storage.ts'

describe('a disk of volumes that is not mounted', () => {
  it.each([
    ['its mount point is missing', 'volumes, VOLUMES_DIR does not exist', null],
    [
      'its mount point is empty',
      'volumes, the directory apps/db is gone, and nothing else is where it was',
      [],
    ],
    [
      'its mount point, inside VOLUMES_DIR, is empty',
      'volumes, the directory apps/db is gone, and nothing else is where it was',
      ['other', 'apps/lost+found'],
    ],
  ])('is waited for: %s', async (_, reason, there) => {
    const { driver, config, files } = await createTestStorage()
    rmSync(config.volumesDir, { recursive: true })
    mkdirSync(join(config.volumesDir, 'apps/db'), { recursive: true })
    const job = { ...aSnapshot(), volume: { accountRoot: '', path: 'apps/db' } }
    const aside = `${config.volumesDir}.aside`
    renameSync(config.volumesDir, aside)
    if (there)
      for (const path of ['', ...there]) mkdirSync(join(config.volumesDir, path), { recursive: true })

    if (there) chmodSync(config.volumesDir, 0o555) // as mount points are: there is nothing for us to make

    const failure = { code: 'NOT_MOUNTED', retryable: true, message: `storage not mounted: ${reason}` }
    await expect(driver.takeSnapshot(job, aWork())).rejects.toMatchObject(failure)
    expect(files('snapshots')).toEqual([])
    if (there) chmodSync(config.volumesDir, 0o755)
    rmSync(config.volumesDir, { recursive: true, force: true })
    renameSync(aside, config.volumesDir)
    await driver.takeSnapshot(job, aWork())
  })

  it('refuses a new volume for now, where nothing at all is there', async () => {
    const { driver, config } = await createTestStorage()
    rmSync(config.volumesDir, { recursive: true })
    const failure = { code: 'NOT_MOUNTED', retryable: true }
    await expect(driver.makeVolume({ accountRoot: '', path: 'db' })).rejects.toMatchObject(failure)
    await expect(driver.checkVolume({ accountRoot: '', path: 'db' })).rejects.toMatchObject(failure)
  })
})
