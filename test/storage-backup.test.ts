import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { aBackup, aSnapshot, aWork, createTestStorage, volumeUuid } from './support/storage.ts'

async function taken(content: Buffer = Buffer.alloc(3 * 2 ** 20, 'content')) {
  const storage = await createTestStorage()
  writeFileSync(join(storage.volume, 'f'), content)
  const snapshot = aSnapshot()
  const copy = await storage.driver.takeSnapshot(snapshot, aWork())
  const backup = aBackup(snapshot, copy.checksum)
  const archive = join(storage.config.snapshotsDir, volumeUuid, `${snapshot.snapshotUuid}.tar.gz`)
  const target = join(storage.config.backupsDir, volumeUuid, `${backup.backupUuid}.tar.gz`)
  return { ...storage, snapshot, copy, backup, archive, target }
}

describe('a backup', () => {
  it('is an equal copy, with a manifest that tells what it is', async () => {
    const { driver, copy, backup, archive, target, files, snapshot } = await taken()
    const work = aWork(async () => expect(existsSync(target)).toBe(false))
    expect(await driver.backUpSnapshot(backup, work)).toEqual(copy)
    expect(work.confirmed).toEqual([copy])
    expect(readFileSync(target).equals(readFileSync(archive))).toBe(true)
    expect(files('backups')).toEqual([
      volumeUuid,
      `${volumeUuid}/${backup.backupUuid}.json`,
      `${volumeUuid}/${backup.backupUuid}.tar.gz`,
    ])
    expect(JSON.parse(readFileSync(target.replace('.tar.gz', '.json'), 'utf8'))).toEqual({
      version: 1,
      snapshot: { id: '1s1', uuid: snapshot.snapshotUuid, created: '2026-01-02T03:04:05.678901Z' },
      volume: { uuid: volumeUuid, name: 'db' },
      sizeBytes: copy.sizeBytes.toString(),
      checksum: copy.checksum,
    })
  })

  it('is made anew after an attempt that crashed: what that was writing is deleted first', async () => {
    const { driver, backup, target, files } = await taken()
    await driver.backUpSnapshot({ ...backup, backupUuid: crypto.randomUUID() }, aWork()) // makes the folder
    const others = files('backups')
    const temporary = `${crypto.randomUUID()}.tmp`
    const half = [target, target.replace('.tar.gz', '.json')].map((final) => `${final}.${temporary}`)
    for (const path of half) writeFileSync(path, 'half')
    const work = aWork(async () => expect(half.filter(existsSync)).toEqual([]))
    await driver.backUpSnapshot(backup, work)
    const published = ['.json', '.tar.gz'].map((end) => `${volumeUuid}/${backup.backupUuid}${end}`)
    expect(files('backups')).toEqual([...others, ...published].sort())
  })

  it('is not made of an archive that has changed, or is gone: the stored snapshot is damaged', async () => {
    const { driver, backup, archive, files } = await taken()
    const damaged = {
      code: 'DAMAGED',
      retryable: false,
      message: expect.stringMatching(/^the stored snapshot is damaged/),
    }
    truncateSync(archive, 1000)
    await expect(driver.backUpSnapshot(backup, aWork())).rejects.toMatchObject(damaged)
    rmSync(archive)
    await expect(driver.backUpSnapshot(backup, aWork())).rejects.toMatchObject(damaged)
    expect(files('backups')).toEqual([])
  })

  it('that was published by an earlier attempt is recorded, and a missing manifest is added', async () => {
    const { driver, backup, copy, target } = await taken()
    await driver.backUpSnapshot(backup, aWork())
    rmSync(target.replace('.tar.gz', '.json'))
    const work = aWork()
    expect(await driver.backUpSnapshot({ ...backup, leaseToken: crypto.randomUUID() }, work)).toEqual(copy)
    expect(work.confirmed).toEqual([copy]) // for its manifest
    expect(existsSync(target.replace('.tar.gz', '.json'))).toBe(true)
  })

  it('that was published and is damaged is never touched: another uuid is needed', async () => {
    const { driver, backup, target } = await taken()
    await driver.backUpSnapshot(backup, aWork())
    writeFileSync(target, 'rotten')
    await expect(driver.backUpSnapshot(backup, aWork())).rejects.toMatchObject({
      code: 'DAMAGED_BACKUP',
      retryable: true,
    })
    expect(readFileSync(target, 'utf8')).toBe('rotten')
  })

  it('with a manifest that does not describe it needs another uuid; a former name of the volume is fine', async () => {
    const { driver, backup, copy, target } = await taken()
    await driver.backUpSnapshot(backup, aWork())
    const renamed = { ...backup, manifest: { ...backup.manifest, volumeName: 'renamed' } }
    expect(await driver.backUpSnapshot(renamed, aWork())).toEqual(copy)
    for (const text of ['', 'null', '{}', '{"checksum":"sha256:0"}']) {
      writeFileSync(target.replace('.tar.gz', '.json'), text)
      await expect(driver.backUpSnapshot(backup, aWork())).rejects.toMatchObject({
        code: 'DAMAGED_BACKUP',
        retryable: true,
        message: 'the manifest on the backup target is damaged; another copy is made',
      })
    }
  })

  it('is read back before it is published: a copy that has changed on the disk is not', async () => {
    const { driver, backup, config, files } = await taken(randomBytes(32 * 2 ** 20))
    // The temporary file is cut again and again, as a broken disk might.
    const temporary = join(
      config.backupsDir,
      volumeUuid,
      `${backup.backupUuid}.tar.gz.${backup.leaseToken}.tmp`,
    )
    const cutting = setInterval(() => {
      truncate(temporary, 10).catch(() => {}) // it is not there yet, or no more
    }, 0)
    await expect(driver.backUpSnapshot(backup, aWork())).rejects.toMatchObject({
      code: 'FAILED',
      retryable: true,
    })
    clearInterval(cutting)
    expect(files('backups')).toEqual([])
  })
})

describe('removal', () => {
  it('deletes archive, copy, manifest, temporary files and the empty folder, also when run twice', async () => {
    const { driver, snapshot, backup, archive, target, files } = await taken()
    await driver.backUpSnapshot(backup, aWork())
    for (const final of [archive, target, target.replace('.tar.gz', '.json')])
      writeFileSync(`${final}.${crypto.randomUUID()}.tmp`, 'left behind')
    for (let times = 0; times < 2; times++) {
      await driver.deleteSnapshot(snapshot, aWork())
      await driver.deleteBackup(backup, aWork())
    }
    expect([files('snapshots'), files('backups')]).toEqual([[], []])
  })

  it('leaves other snapshots of the volume alone', async () => {
    const { driver, snapshot, files } = await taken()
    const other = aSnapshot()
    await driver.takeSnapshot(other, aWork())
    await driver.deleteSnapshot(snapshot, aWork())
    expect(files('snapshots')).toEqual([volumeUuid, `${volumeUuid}/${other.snapshotUuid}.tar.gz`])
  })
})

describe('listing for the sweeper', () => {
  it('tells what each file is, and deletes only what the gateway wrote', async () => {
    const { driver, snapshot, archive, config } = await taken()
    const leaseToken = crypto.randomUUID()
    writeFileSync(`${archive}.${leaseToken}.tmp`, '')
    writeFileSync(join(config.snapshotsDir, volumeUuid, 'notes.txt'), '')
    expect(await driver.listFolders('snapshots')).toEqual([volumeUuid])
    const uuid = snapshot.snapshotUuid
    const listed = await driver.listFiles('snapshots', volumeUuid)
    expect(listed.map(({ idleSeconds, ...file }) => ({ ...file, young: idleSeconds < 60 }))).toEqual(
      expect.arrayContaining([
        { name: `${uuid}.tar.gz`, kind: 'archive', uuid, leaseToken: null, young: true },
        { name: `${uuid}.tar.gz.${leaseToken}.tmp`, kind: 'temporary', uuid, leaseToken, young: true },
        { name: 'notes.txt', kind: 'other', uuid: null, leaseToken: null, young: true },
      ]),
    )
    expect(listed).toHaveLength(3)
    await driver.deleteFile('snapshots', volumeUuid, `${uuid}.tar.gz.${leaseToken}.tmp`)
    await expect(driver.deleteFile('snapshots', volumeUuid, 'notes.txt')).rejects.toThrow()
    await expect(driver.deleteFile('snapshots', '..', `${uuid}.tar.gz`)).resolves.toBeUndefined()
    expect(await driver.listFiles('snapshots', volumeUuid)).toHaveLength(2)
    expect(await driver.listFiles('snapshots', crypto.randomUUID())).toEqual([])
  })
})
