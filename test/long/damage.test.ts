import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createInstallation } from '../support/crash/installation.ts'
import { createTestDatabases } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { act, createSnapshot, createVolume, read, settles } from '../support/main-job.ts'
import { filesBelow, makeFolders, says, startOn } from '../support/storage-away.ts'

const nextDatabase = await createTestDatabases(4)

it('a volume that is deleted while it is read makes no snapshot; once it is there again, it does', async () => {
  const at = await createInstallation(nextDatabase().address)
  const { gateway, volume, volumeId } = at
  at.plan({
    method: 'takeSnapshot',
    hold: { step: 'write temporary archive', until: at.file('go'), anyway: true },
  })
  const failed = await createSnapshot(gateway, volumeId)
  await eventually(() => readFileSync(at.file('go.held')))
  renameSync(volume, at.file('aside'))
  writeFileSync(at.file('go'), '')
  await says(gateway, failed, {
    state: 'CREATING',
    transitioning: 'ERROR',
    transitioningMessage: 'the volume went away while it was read',
  })
  expect(filesBelow(at.root('snapshots'))).toEqual([])
  at.plan(null)
  renameSync(at.file('aside'), volume)
  await settles(gateway, await createSnapshot(gateway, volumeId), 'CREATED')
})

describe('an archive that is not what was written', () => {
  it.each([
    [
      'is changed',
      'its file is not what was written',
      (path: string) => writeFileSync(path, randomBytes(100)),
    ],
    ['is gone', 'its file is gone', (path: string) => rmSync(path)],
  ])('and %s is not backed up; once it is restored, it is', async (_, reason, harm) => {
    const folders = makeFolders()
    const gateway = await startOn(folders, nextDatabase().address)
    const id = await createSnapshot(gateway, await createVolume(gateway, 'db'))
    await settles(gateway, id, 'CREATED')
    const snapshots = join(folders.data, 'snapshots')
    const archive = join(snapshots, filesBelow(snapshots).find((name) => name.endsWith('.tar.gz')) ?? '')
    const bytes = readFileSync(archive)
    harm(archive)
    await act(gateway, 'backupSnapshot', id)
    await says(gateway, id, {
      state: 'CREATED',
      transitioning: 'ERROR',
      transitioningMessage: `the stored snapshot is damaged: ${reason}`,
      backup: null,
    })
    expect(filesBelow(folders.backups)).toEqual([])
    writeFileSync(archive, bytes)
    await act(gateway, 'backupSnapshot', id)
    await settles(gateway, id, 'BACKED_UP')
    expect(await gateway.stop()).toBe(0)
  })

  it('on the target is left alone, and another copy is made', async () => {
    const at = await createInstallation(nextDatabase().address)
    const id = await createSnapshot(at.gateway, at.volumeId)
    await settles(at.gateway, id, 'CREATED')
    at.plan({ method: 'backUpSnapshot', crash: { step: 'publish copy', when: 'after' } })
    await at.ask('backupSnapshot', { id })
    await at.dead()
    await at.endLeases()
    const [published = ''] = filesBelow(at.root('backups')).filter((name) => name.endsWith('.tar.gz'))
    writeFileSync(join(at.root('backups'), published), 'damaged')

    await at.start()
    await settles(at.gateway, id, 'BACKED_UP')
    const { backup, checksum } = await read(at.gateway, id)
    expect(backup).toMatchObject({ checksum, uri: expect.not.stringContaining(published) })
    expect(readFileSync(join(at.root('backups'), published), 'utf8')).toBe('damaged')
    expect(at.gateway.log).toContainEqual(
      expect.objectContaining({ reason: 'the copy on the backup target is damaged; another copy is made' }),
    )
    const copies = filesBelow(at.root('backups')).filter((name) => /\.(gz|json|tmp)$/.test(name))
    expect(copies).toHaveLength(3)
    // A start sweeps, and reports what no row knows.
    await at.gateway.stop()
    await at.start()
    await eventually(() =>
      expect(at.gateway.log).toContainEqual(
        expect.objectContaining({
          files: [`backups/${published}`],
          msg: 'there are files that no row knows; they are left alone',
        }),
      ),
    )
  })
})
