import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventually } from './support/eventually.ts'
import { aBackup, aSnapshot, aWork, createTestStorage, execute, volumeUuid } from './support/storage.ts'

const archiveOf = (root: string, uuid: string) => join(root, volumeUuid, `${uuid}.tar.gz`)

describe('publishing', () => {
  it('happens after confirm alone: what is not confirmed leaves nothing behind', async () => {
    const { driver, files } = await createTestStorage()
    const refused = () => aWork(() => Promise.reject(new Error('the lease is lost')))
    await expect(driver.takeSnapshot(aSnapshot(), refused())).rejects.toThrow()
    expect(files('snapshots')).toEqual([])
    const job = aSnapshot()
    const copy = await driver.takeSnapshot(job, aWork())
    await expect(driver.backUpSnapshot(aBackup(job, copy.checksum), refused())).rejects.toThrow()
    expect(files('backups')).toEqual([])
  })

  it('accepts an archive that came to be in the last moment if it is the same', async () => {
    const { driver, config, files } = await createTestStorage()
    const job = aSnapshot()
    const final = archiveOf(config.snapshotsDir, job.snapshotUuid)
    const appears = aWork(async () => copyFileSync(`${final}.${job.leaseToken}.tmp`, final))
    const copy = await driver.takeSnapshot(job, appears)
    expect(files('snapshots')).toEqual([volumeUuid, `${volumeUuid}/${job.snapshotUuid}.tar.gz`])

    const backup = aBackup(job, copy.checksum)
    const target = archiveOf(config.backupsDir, backup.backupUuid)
    expect(
      await driver.backUpSnapshot(
        backup,
        aWork(async () => copyFileSync(final, target)),
      ),
    ).toEqual(copy)
    const published = ['.json', '.tar.gz'].map((end) => `${volumeUuid}/${backup.backupUuid}${end}`)
    expect(files('backups')).toEqual([volumeUuid, ...published])
  })

  it('replaces none that came to be in the last moment and is another: it is damaged', async () => {
    const { driver, config, files } = await createTestStorage()
    const appears = (final: string) => aWork(async () => writeFileSync(final, 'something else'))
    const lost = aSnapshot()
    const archive = archiveOf(config.snapshotsDir, lost.snapshotUuid)
    await expect(driver.takeSnapshot(lost, appears(archive))).rejects.toMatchObject({
      code: 'DAMAGED',
      retryable: false,
      message: expect.stringContaining('the stored snapshot is damaged'),
    })
    const job = aSnapshot()
    const backup = aBackup(job, (await driver.takeSnapshot(job, aWork())).checksum)
    const target = archiveOf(config.backupsDir, backup.backupUuid)
    await expect(driver.backUpSnapshot(backup, appears(target))).rejects.toMatchObject({
      code: 'DAMAGED_BACKUP',
      retryable: true,
    })
    for (const final of [archive, target]) expect(readFileSync(final, 'utf8')).toBe('something else')
    expect(files('backups')).toEqual([volumeUuid, `${volumeUuid}/${backup.backupUuid}.tar.gz`])
  })

  it('of an attempt that is run again finds the archive that was published before', async () => {
    const { driver, volume, config } = await createTestStorage()
    const job = aSnapshot()
    const copy = await driver.takeSnapshot(job, aWork())
    writeFileSync(join(volume, 'later'), 'not in it')
    const before = readFileSync(archiveOf(config.snapshotsDir, job.snapshotUuid))
    const again = { ...job, leaseToken: crypto.randomUUID(), confirmedChecksum: copy.checksum }
    const work = aWork()
    expect(await driver.takeSnapshot(again, work)).toEqual(copy)
    expect(work.confirmed).toEqual([])
    expect(readFileSync(archiveOf(config.snapshotsDir, job.snapshotUuid))).toEqual(before)
  })

  it('refuses an archive that is not what was confirmed, and replaces nothing', async () => {
    const { driver, config } = await createTestStorage()
    const job = aSnapshot({ confirmedChecksum: `sha256:${'0'.repeat(64)}` })
    mkdirSync(join(config.snapshotsDir, volumeUuid))
    writeFileSync(archiveOf(config.snapshotsDir, job.snapshotUuid), 'something else')
    await expect(driver.takeSnapshot(job, aWork())).rejects.toMatchObject({
      code: 'DAMAGED',
      retryable: false,
      message: expect.stringContaining('the stored snapshot is damaged'),
    })
    expect(readFileSync(archiveOf(config.snapshotsDir, job.snapshotUuid), 'utf8')).toBe('something else')
  })

  it('fails in an attempt that is late: the next one has deleted its temporary file', async () => {
    const { driver, files } = await createTestStorage()
    const job = aSnapshot()
    let goOn = () => {}
    const late = aWork(
      () =>
        new Promise<void>((resolve) => {
          goOn = resolve
        }),
    )
    const lateResult = driver.takeSnapshot(job, late).catch((error: unknown) => error)
    await eventually(() => expect(late.confirmed).toHaveLength(1))
    const copy = await driver.takeSnapshot({ ...job, leaseToken: crypto.randomUUID() }, aWork())
    goOn()
    // Either it finds its file gone, or the archive there, which is not its own.
    expect(await lateResult).toMatchObject({ code: expect.stringMatching(/FAILED|DAMAGED/) })
    expect(files('snapshots')).toEqual([volumeUuid, `${volumeUuid}/${job.snapshotUuid}.tar.gz`])
    const again = { ...job, leaseToken: crypto.randomUUID(), confirmedChecksum: copy.checksum }
    expect(await driver.takeSnapshot(again, aWork())).toEqual(copy)
  })

  it('fails too in an attempt whose snapshot was removed meanwhile', async () => {
    const { driver, files } = await createTestStorage()
    const job = aSnapshot()
    const work = aWork(() => driver.deleteSnapshot(job, aWork()))
    await expect(driver.takeSnapshot(job, work)).rejects.toMatchObject({ code: 'FAILED' })
    expect(files('snapshots')).toEqual([])
  })
})

describe('stopping', () => {
  it('at any moment leaves nothing behind, and the attempt has settled', async () => {
    const { driver, volume, files } = await createTestStorage()
    for (let n = 0; n < 4; n++)
      writeFileSync(join(volume, `f${n}`), Buffer.alloc(2 ** 20, `${Math.random()}`))
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 60 }), async (moment) => {
        const work = aWork()
        const job = aSnapshot()
        const result = driver.takeSnapshot(job, work).then(
          () => 'taken',
          (error: { code: string }) => error.code,
        )
        await pause(moment)
        work.stop.abort()
        const ended = await result
        expect(['taken', 'ABORTED']).toContain(ended)
        if (ended === 'taken') await driver.deleteSnapshot(job, aWork())
        expect(files('snapshots')).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  it('is what happens to an attempt whose tar was ended along with the gateway', async () => {
    const { driver, volume, files } = await createTestStorage()
    writeFileSync(join(volume, 'f'), randomBytes(64 * 2 ** 20))
    const endTar = async () => {
      const { stdout } = await execute('ps', ['-o', 'pid=,comm=', '--ppid', String(process.pid)])
      const [, pid] = /(\d+) tar/.exec(stdout) ?? []
      process.kill(Number(pid), 'SIGTERM')
    }
    const stopped = aWork()
    const ended = driver.takeSnapshot(aSnapshot(), stopped).catch((error: unknown) => error)
    await eventually(endTar)
    setTimeout(() => stopped.stop.abort(), 100)
    expect(await ended).toMatchObject({ code: 'ABORTED' })

    const alone = driver.takeSnapshot(aSnapshot(), aWork()).catch((error: unknown) => error)
    await eventually(endTar)
    expect(await alone).toMatchObject({
      code: 'FAILED',
      retryable: true,
      message: 'tar failed: ended by SIGTERM',
    })
    expect(files('snapshots')).toEqual([])
  })

  it('stops a backup as well', async () => {
    const { driver, files, volume } = await createTestStorage()
    writeFileSync(join(volume, 'f'), Buffer.alloc(2 ** 22, 'x'))
    const job = aSnapshot()
    const copy = await driver.takeSnapshot(job, aWork())
    const work = aWork(async () => work.stop.abort())
    await expect(driver.backUpSnapshot(aBackup(job, copy.checksum), work)).rejects.toMatchObject({
      code: 'ABORTED',
    })
    expect(files('backups')).toEqual([])
  })
})

describe('storage that is not there', () => {
  it.each([
    'missing',
    'of another installation',
  ])('fails every call while the marker is %s, and touches nothing', async (how) => {
    const { driver, config, files } = await createTestStorage()
    const job = aSnapshot()
    const copy = await driver.takeSnapshot(job, aWork())
    const backup = aBackup(job, copy.checksum)
    await driver.backUpSnapshot(backup, aWork())
    const before = [files('snapshots'), files('backups')]
    for (const root of [config.snapshotsDir, config.backupsDir]) {
      rmSync(join(root, '.snapshot-gateway'))
      if (how !== 'missing') writeFileSync(join(root, '.snapshot-gateway'), crypto.randomUUID())
    }
    for (const call of [
      () => driver.takeSnapshot(aSnapshot(), aWork()),
      () => driver.deleteSnapshot(job, aWork()),
      () => driver.backUpSnapshot(aBackup(job, copy.checksum), aWork()),
      () => driver.deleteBackup(backup, aWork()),
      () => driver.listFolders('snapshots'),
      () => driver.listFiles('backups', volumeUuid),
      () => driver.deleteFile('backups', volumeUuid, `${backup.backupUuid}.tar.gz`),
    ])
      await expect(call()).rejects.toMatchObject({
        code: 'NOT_MOUNTED',
        retryable: true,
        message: expect.stringMatching(/^storage not mounted/),
      })
    expect([files('snapshots'), files('backups')]).toEqual(before)
  })
})

describe('a disk that is nearly full', () => {
  it('fails before writing, says how full, and still lets removals through', async () => {
    const { driver, files, config } = await createTestStorage()
    const job = aSnapshot()
    const copy = await driver.takeSnapshot(job, aWork())
    config.minFreeBytes = 2 ** 60
    const full = {
      code: 'DISK_FULL',
      retryable: true,
      message: expect.stringMatching(
        /^disk nearly full: [\d.]+ [MGT]iB free of [\d.]+ [MGT]iB; (1 KiB are needed and )?1048576 TiB are to stay free$/,
      ),
    }
    await expect(driver.takeSnapshot(aSnapshot(), aWork())).rejects.toMatchObject(full)
    await expect(driver.backUpSnapshot(aBackup(job, copy.checksum), aWork())).rejects.toMatchObject(full)
    await driver.deleteSnapshot(job, aWork())
    expect([files('snapshots'), files('backups')]).toEqual([[], []])
  })
})
