import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createTestStorage, temporaryDirectory } from './support/storage.ts'

const at = (path: string, accountRoot = '') => ({ accountRoot, path })

describe('a volume', () => {
  it('adopts a directory as it is', async () => {
    const { driver, volume } = await createTestStorage()
    writeFileSync(join(volume, 'f'), '')
    expect(await driver.checkVolume(at('db'))).toBeNull()
    expect(await driver.makeVolume(at('db'))).toBeNull()
    expect(existsSync(join(volume, 'f'))).toBe(true)
  })

  it('is made where it is missing, below the root of its account', async () => {
    const { driver, config } = await createTestStorage()
    expect(await driver.checkVolume(at('apps/db', 'acme'))).toBeNull()
    expect(existsSync(join(config.volumesDir, 'acme'))).toBe(false) // looking writes nothing
    await driver.makeVolume(at('apps/db', 'acme'))
    await driver.makeVolume(at('apps/db', 'acme'))
    expect(lstatSync(join(config.volumesDir, 'acme/apps/db')).isDirectory()).toBe(true)
  })

  it.each([
    ['absolute', '/etc', 'path must be relative to the volumes root'],
    ['climbing', 'a/../../etc', 'path must not contain .. as a part'],
    ['nothing', '', 'path must not be empty or have empty parts'],
    ['of more than 1024 bytes', `${'a/'.repeat(512)}a`, 'path must have at most 1024 bytes'],
    ['a part of more than 255 bytes', 'é'.repeat(128), 'path must have parts of at most 255 bytes'],
    ['through a symbolic link', 'link/db', 'path leads through a symbolic link (link)'],
    ['a symbolic link', 'link', 'path leads through a symbolic link (link)'],
    ['a file', 'file', 'path leads to a file, not a directory (file)'],
    ['below a file', 'file/db', 'path leads to a file, not a directory (file)'],
  ])('is refused where its path is %s', async (_, path, message) => {
    const { driver, config } = await createTestStorage()
    symlinkSync(temporaryDirectory(), join(config.volumesDir, 'link'))
    writeFileSync(join(config.volumesDir, 'file'), '')
    expect(await driver.checkVolume(at(path))).toBe(message)
    expect(await driver.makeVolume(at(path))).toBe(message)
  })

  it('is refused where its account’s root climbs out of the folder for volumes', async () => {
    const { driver, config } = await createTestStorage()
    const message = 'path is not in the part of VOLUMES_DIR where this account may have volumes'
    expect(await driver.makeVolume(at('db', '../outside'))).toBe(message)
    expect(existsSync(join(config.volumesDir, '../outside'))).toBe(false)
  })

  it('is refused around and inside what the gateway keeps', async () => {
    const directory = temporaryDirectory()
    const { driver } = await createTestStorage({
      volumesDir: directory,
      dataDir: join(directory, 'srv/data'),
      snapshotsDir: join(directory, 'srv/data/snapshots'),
      backupsDir: join(directory, 'backups'),
    })
    mkdirSync(join(directory, 'srv/data/volumes/db'), { recursive: true })
    for (const path of [
      'srv', // around DATA_DIR
      'srv/data',
      'srv/data/postgres',
      'srv/data/postgres/base',
      'srv/data/snapshots',
      'srv/data/snapshots/x',
      'backups',
      'backups/x',
    ])
      expect([path, await driver.checkVolume(at(path))]).toEqual([
        path,
        "path holds, or is inside, the gateway's own data",
      ])
    expect(await driver.checkVolume(at('srv/data/volumes/db'))).toBeNull()
    expect(await driver.checkVolume(at('srv2'))).toBeNull()
  })

  it('is refused around and inside what the gateway keeps behind links', async () => {
    const directory = temporaryDirectory()
    mkdirSync(join(directory, 'srv'))
    const links = temporaryDirectory()
    symlinkSync(directory, join(links, 'volumes'))
    symlinkSync(join(directory, 'srv'), join(links, 'srv'))
    const { driver } = await createTestStorage({
      volumesDir: join(links, 'volumes'),
      dataDir: join(links, 'srv/data'),
      snapshotsDir: join(links, 'srv/data/snapshots'),
      backupsDir: join(links, 'srv/backups'),
    })
    // The database has not made its folder yet.
    for (const path of ['srv', 'srv/data', 'srv/data/postgres', 'srv/data/snapshots/x', 'srv/backups'])
      expect([path, await driver.checkVolume(at(path))]).toEqual([
        path,
        "path holds, or is inside, the gateway's own data",
      ])
    expect(await driver.checkVolume(at('srv/other'))).toBeNull()
  })

  it('is looked at again by every call: a link that took its place is not followed', async () => {
    const { driver, config } = await createTestStorage()
    const elsewhere = temporaryDirectory()
    execFileSync('rm', ['-r', join(config.volumesDir, 'db')])
    symlinkSync(elsewhere, join(config.volumesDir, 'db'))
    expect(await driver.checkVolume(at('db'))).toBe('path leads through a symbolic link (db)')
  })
})
