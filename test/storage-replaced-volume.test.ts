import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually } from './support/eventually.ts'
import {
  aSnapshot,
  aWork,
  createTestStorage,
  execute,
  temporaryDirectory,
  volumeUuid,
} from './support/storage.ts'

const wentAway = {
  code: 'VOLUME_UNAVAILABLE',
  retryable: false,
  message: expect.stringMatching(/^the volume went away/),
}

/** A volume that takes a while to pack. */
async function aLargeVolume() {
  const storage = await createTestStorage()
  const fill = () => writeFileSync(join(storage.volume, 'large'), randomBytes(64 * 2 ** 20))
  fill()
  /** Starts a snapshot, and waits until it is being written; what comes of it. */
  const start = async () => {
    const result = storage.driver.takeSnapshot(aSnapshot(), aWork()).catch((error: unknown) => error)
    await eventually(() => expect(storage.files('snapshots')).toContainEqual(expect.stringMatching(/\.tmp$/)))
    return { result }
  }
  return { ...storage, fill, start }
}

describe('the directory of a volume', () => {
  it.each([
    ['is deleted', (volume: string) => rmSync(volume, { recursive: true })],
    [
      'is replaced by another',
      (volume: string) => {
        renameSync(volume, `${volume}.aside`)
        mkdirSync(volume)
      },
    ],
    [
      'is replaced by a link to itself',
      (volume: string) => {
        renameSync(volume, `${volume}.aside`)
        symlinkSync(`${volume}.aside`, volume)
      },
    ],
  ])('that %s while it is read makes no snapshot', async (_, change) => {
    const { volume, files, start } = await aLargeVolume()
    const { result } = await start()
    change(volume)
    expect(await result).toMatchObject(wentAway)
    expect(files('snapshots')).toEqual([])
  })

  it('on which another disk is mounted while it is read makes none either', async ({ skip }) => {
    const { volume, files, fill, start } = await aLargeVolume()
    const mount = () => execFileSync('mount', ['-t', 'tmpfs', 'tmpfs', volume], { stdio: 'ignore' })
    try {
      mount() // whose top folder has the same inode number each time
    } catch {
      skip('this user may not mount')
    }
    onTestFinished(() => void execFileSync('umount', ['-l', volume], { stdio: 'ignore' }))
    fill()
    const { result } = await start()
    execFileSync('umount', ['-l', volume])
    mount()
    expect(await result).toMatchObject(wentAway)
    expect(files('snapshots')).toEqual([])
  })

  it('is never left by a link that comes and goes: what is outside is in no archive', async () => {
    const { driver, config, volume } = await createTestStorage()
    writeFileSync(join(volume, 'inside'), '')
    const outside = temporaryDirectory()
    writeFileSync(join(outside, 'outside'), '')
    const swap = `
      const { renameSync, symlinkSync, unlinkSync } = require('node:fs')
      const { workerData: { volume, outside } } = require('node:worker_threads')
      const wait = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4 * Math.random())
      for (;;) {
        renameSync(volume, volume + '.aside')
        symlinkSync(outside, volume)
        wait()
        unlinkSync(volume)
        renameSync(volume + '.aside', volume)
        wait()
      }`
    const swapping = new Worker(swap, { eval: true, workerData: { volume, outside } })
    onTestFinished(() => swapping.terminate().then(() => {}))
    for (let taken = 0; taken < 10; ) {
      const job = aSnapshot()
      const result = await driver.takeSnapshot(job, aWork()).catch((error: unknown) => error)
      if (result instanceof Error) {
        expect(result).toMatchObject({ code: 'VOLUME_UNAVAILABLE' })
        continue
      }
      const archive = join(config.snapshotsDir, volumeUuid, `${job.snapshotUuid}.tar.gz`)
      const { stdout } = await execute('tar', ['-tzf', archive])
      expect(stdout).toBe('./\n./inside\n')
      taken += 1
    }
  })
})
