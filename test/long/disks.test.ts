import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createTestDatabases } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { act, createSnapshot, createVolume, read, settles } from '../support/main-job.ts'
import { inside, mayMount, needsMount, withMounts } from '../support/namespace.ts'
import type { GatewayProcess } from '../support/process.ts'
import { filesBelow, MiB, makeFolders, startOn, waits } from '../support/storage-away.ts'

const nextDatabase = await createTestDatabases(6)

describe.skipIf(!mayMount)(`disks${needsMount}`, () => {
  const filesInside = (gateway: GatewayProcess, folder: string) =>
    inside(gateway, 'find', folder, '-mindepth', '1', '-not', '-name', '.snapshot-gateway')
      .split('\n')
      .filter((path) => path !== '')

  it('that is full of snapshots: one more waits for room, and a removal makes it', async () => {
    const folders = makeFolders()
    const snapshots = join(folders.data, 'snapshots')
    const gateway = await startOn(
      folders,
      nextDatabase().address,
      withMounts([['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folders.data]]),
    )
    const volume = await createVolume(gateway, 'db')
    const older = await createSnapshot(gateway, volume)
    await settles(gateway, older, 'CREATED')
    inside(gateway, 'sh', '-c', `head -c ${17 * MiB} /dev/zero > ${folders.data}/another`)
    const before = filesInside(gateway, snapshots)

    const id = await createSnapshot(gateway, volume)
    await waits(
      gateway,
      id,
      'CREATING',
      /disk nearly full: [\d.]+ [KM]iB free of 24 MiB; 1 MiB are to stay free/,
    )
    await eventually(() => expect(filesInside(gateway, snapshots)).toEqual(before))
    await act(gateway, 'removeSnapshot', older)
    await settles(gateway, older, 'REMOVED')
    await settles(gateway, id, 'CREATED')
    expect(filesInside(gateway, snapshots)).toHaveLength(2) // the folder and the archive
    expect(await gateway.stop()).toBe(0)
  })

  it('that is full of backups: one more waits for room, and what is there can be removed', async () => {
    const folders = makeFolders()
    const gateway = await startOn(
      folders,
      nextDatabase().address,
      withMounts([['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folders.backups]]),
    )
    const volume = await createVolume(gateway, 'db')
    const [first, second] = [await createSnapshot(gateway, volume), await createSnapshot(gateway, volume)]
    await settles(gateway, first, 'CREATED')
    await settles(gateway, second, 'CREATED')
    await act(gateway, 'backupSnapshot', first)
    await settles(gateway, first, 'BACKED_UP')
    inside(gateway, 'sh', '-c', `head -c ${9 * MiB} /dev/zero > ${folders.backups}/another`)
    const before = filesInside(gateway, folders.backups)

    await act(gateway, 'backupSnapshot', second)
    await waits(
      gateway,
      second,
      'BACKING_UP',
      /disk nearly full: [\d.]+ MiB free of 16 MiB; 4 MiB are needed and 1 MiB are to stay free/,
    )
    expect(filesInside(gateway, folders.backups)).toEqual(before)
    await act(gateway, 'removeBackup', (await read(gateway, first)).backup.id)
    await settles(gateway, second, 'BACKED_UP')
    expect(filesInside(gateway, folders.backups)).toHaveLength(4) // with the folder and the manifest
    expect(await gateway.stop()).toBe(0)
  })

  it.each([
    ['snapshots', 'snapshots, its marker is missing'],
    ['backups', 'backups, its marker is missing'],
    ['volumes', 'volumes, the directory db is gone, and nothing else is where it was'],
  ] as const)('that is not mounted, of %s: work waits for it, and touches nothing', async (which, reason) => {
    const folders = makeFolders()
    const place = which === 'snapshots' ? join(folders.data, 'snapshots') : folders[which]
    const disk = join(folders.cwd, 'disk')
    mkdirSync(place, { recursive: true })
    renameSync(place, disk)
    mkdirSync(place)
    const bind = ['--bind', disk, place]
    const gateway = await startOn(folders, nextDatabase().address, withMounts([bind]))
    const volume = await createVolume(gateway, 'db')
    const taken = await createSnapshot(gateway, volume)
    await settles(gateway, taken, 'CREATED')
    inside(gateway, 'umount', place)

    const id = which === 'backups' ? taken : await createSnapshot(gateway, volume)
    if (which === 'backups') await act(gateway, 'backupSnapshot', id)
    const state = which === 'backups' ? 'BACKING_UP' : 'CREATING'
    await waits(gateway, id, state, new RegExp(`storage not mounted: ${reason}`))
    expect(filesBelow(place)).toEqual([])
    inside(gateway, 'mount', ...bind)
    await settles(gateway, id, which === 'backups' ? 'BACKED_UP' : 'CREATED')
    expect(filesBelow(place)).toEqual([])
    expect(await gateway.stop()).toBe(0)
  })

  it('that is read-only: backups and their removal wait for it', async () => {
    const folders = makeFolders()
    const { backups } = folders
    const gateway = await startOn(
      folders,
      nextDatabase().address,
      withMounts([['-t', 'tmpfs', 'tmpfs', backups]]),
    )
    const volume = await createVolume(gateway, 'db')
    const id = await createSnapshot(gateway, volume)
    await settles(gateway, id, 'CREATED')

    inside(gateway, 'mount', '-o', 'remount,bind,ro', backups)
    await act(gateway, 'backupSnapshot', id)
    await waits(gateway, id, 'BACKING_UP', /the storage is read-only/)
    expect(filesInside(gateway, backups)).toEqual([])
    inside(gateway, 'mount', '-o', 'remount,bind,rw', backups)
    await settles(gateway, id, 'BACKED_UP')

    const { backup } = await read(gateway, id)
    const readBackup = async () =>
      (await gateway.data(`{ backup(id: "${backup.id}") { state transitioning transitioningMessage } }`))
        .backup
    inside(gateway, 'mount', '-o', 'remount,bind,ro', backups)
    await act(gateway, 'removeBackup', backup.id)
    await eventually(async () =>
      expect(await readBackup()).toMatchObject({
        state: 'REMOVING',
        transitioning: 'YES',
        transitioningMessage: expect.stringMatching(/^attempt \d of 10: the storage is read-only$/),
      }),
    )
    inside(gateway, 'mount', '-o', 'remount,bind,rw', backups)
    await eventually(async () => expect((await readBackup()).state).toBe('REMOVED'))
    expect(filesInside(gateway, backups)).toEqual([])
    expect(await gateway.stop()).toBe(0)
  })
})
