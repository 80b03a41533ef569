import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { markRoot } from '../src/storage/vfs/root-marker.ts'
import { aSnapshot, aWork, createTestStorage, execute, temporaryDirectory } from './support/storage.ts'

const asRoot = process.getuid?.() === 0

describe('a disk that fills up while an archive is written', () => {
  it.for([
    ['to the margin', 16 * 2 ** 20, /^disk nearly full: .* free of 64 MiB/],
    ['to the last byte', 0, /^the disk is full$/],
  ] as const)('%s: the attempt fails retryably, and leaves nothing behind', async ([
    _,
    minFreeBytes,
    message,
  ], { skip }) => {
    const { driver, config, volume, files } = await createTestStorage({ minFreeBytes })
    const small = temporaryDirectory()
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', small], { stdio: 'ignore' })
    } catch {
      skip('this user may not mount')
    }
    onTestFinished(() => void execFileSync('umount', [small]))
    config.snapshotsDir = join(small, 'snapshots')
    await markRoot(config.snapshotsDir, config.installation)
    writeFileSync(join(volume, 'large'), randomBytes(100 * 2 ** 20))
    const failure = { code: 'DISK_FULL', retryable: true, message: expect.stringMatching(message) }
    await expect(driver.takeSnapshot(aSnapshot(), aWork())).rejects.toMatchObject(failure)
    expect(files('snapshots')).toEqual([])
    // There is room again.
    writeFileSync(join(volume, 'large'), 'small')
    await driver.takeSnapshot(aSnapshot(), aWork())
  })
})

describe('a file that may not be read', () => {
  const script = (config: object, job: object) => `
    import { createVfs } from ${JSON.stringify(new URL('../dist/storage/vfs/vfs.js', import.meta.url).href)}
    const log = { info() {}, warn() {}, error() {} }
    const work = { signal: new AbortController().signal, onProgress() {}, confirm: async () => {} }
    const { takeSnapshot } = createVfs(${JSON.stringify(config)}, log)
    const { code, message, retryable } = await takeSnapshot(${JSON.stringify(job)}, work).catch((error) => error)
    console.log(JSON.stringify({ code, message, retryable }))`

  it('fails at once, and is named', async ({ skip }) => {
    const { config, volume, files } = await createTestStorage()
    mkdirSync(join(volume, 'dir'))
    writeFileSync(join(volume, 'dir/secret'), 'x')
    chmodSync(join(volume, 'dir/secret'), 0)
    // Root reads everything, so another user tries.
    const nobody = { uid: 65534, gid: 65534 }
    if (asRoot) execFileSync('chown', ['-R', '65534:65534', config.snapshotsDir, volume])
    const cwd = fileURLToPath(new URL('..', import.meta.url))
    const { stdout } = await execute(
      process.execPath,
      ['--input-type=module', '-e', script(config, aSnapshot())],
      {
        cwd: '/',
        ...(asRoot ? nobody : {}),
      },
    ).catch((error: Error) =>
      /EACCES|Cannot find module/.test(String(error))
        ? skip(`the account nobody cannot reach ${cwd}`)
        : Promise.reject(error),
    )
    expect(JSON.parse(stdout)).toEqual({
      code: 'UNREADABLE',
      message: './dir/secret cannot be read (Cannot open: Permission denied)',
      retryable: false,
    })
    expect(files('snapshots')).toEqual([])
  })
})
