import { execFileSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { createTestDatabases } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { act, createSnapshot, createVolume, read, settles } from '../support/main-job.ts'
import { filesBelow, makeFolders, says, startOn, waits } from '../support/storage-away.ts'

const nextDatabase = await createTestDatabases(2)

describe('as a plain user', () => {
  const asRoot = process.getuid?.() === 0
  const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']

  /** Folders of a plain user's, and the program as that user; skips where it cannot reach the program. */
  async function startPlain(skip: (note: string) => never) {
    const folders = makeFolders()
    if (!asRoot) return { folders, gateway: await startOn(folders, nextDatabase().address) }
    execFileSync('chown', ['-R', '65534:65534', folders.cwd])
    const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url))
    try {
      execFileSync(nobody[0] ?? '', [...nobody.slice(1), 'test', '-r', program], { stdio: 'ignore' })
    } catch {
      skip(`setpriv to nobody is needed, and that ${program} can be read then`)
    }
    return { folders, gateway: await startOn(folders, nextDatabase().address, nobody) }
  }

  it('a file that may not be read is named at once; once it may, a new snapshot has it', async ({ skip }) => {
    const { folders, gateway } = await startPlain(skip)
    const volume = await createVolume(gateway, 'db')
    chmodSync(folders.file, 0)
    const failed = await createSnapshot(gateway, volume)
    await says(gateway, failed, {
      state: 'CREATING',
      transitioning: 'ERROR',
      transitioningMessage: './file cannot be read (Cannot open: Permission denied)',
    })
    expect(filesBelow(join(folders.data, 'snapshots'))).toEqual([])
    chmodSync(folders.file, 0o644)
    await act(gateway, 'removeSnapshot', failed)
    await settles(gateway, failed, 'REMOVED')
    await settles(gateway, await createSnapshot(gateway, volume), 'CREATED')
    expect(await gateway.stop()).toBe(0)
  })

  it('a target that may not be used is waited for', async ({ skip }) => {
    const { folders, gateway } = await startPlain(skip)
    const id = await createSnapshot(gateway, await createVolume(gateway, 'db'))
    await settles(gateway, id, 'CREATED')
    for (const mode of [0, 0o555]) {
      chmodSync(folders.backups, mode)
      await act(gateway, 'backupSnapshot', id)
      await waits(gateway, id, 'BACKING_UP', /the gateway lacks permission to use its storage/)
      chmodSync(folders.backups, 0o755)
      await settles(gateway, id, 'BACKED_UP')
      await act(gateway, 'removeBackup', (await read(gateway, id)).backup.id)
      await eventually(() => expect(filesBelow(folders.backups)).toEqual([]))
    }
    expect(await gateway.stop()).toBe(0)
  })
})
