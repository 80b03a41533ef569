import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createStoragePool, type StoragePoolOptions } from '../src/storage/pool.ts'
import { eventually } from './support/eventually.ts'
import { aBackup, aSnapshot, aWork, createTestStorage, volumeUuid } from './support/storage.ts'

const entry = fileURLToPath(new URL('../dist/storage/child.js', import.meta.url))

async function createPool(options: Partial<StoragePoolOptions> = {}) {
  const storage = await createTestStorage()
  const keep = (fields: object, message: string) => {
    storage.logged.push({ fields, message })
  }
  const log = { info: keep, warn: keep, error: keep }
  const pool = createStoragePool({ entry, size: 2, vfs: storage.config, log, ...options })
  onTestFinished(() => pool.close())
  return { ...storage, pool, driver: pool.driver }
}

/** A stand-in for child.js. */
function childProgram(directory: string, program: string): string {
  const path = join(directory, 'child.mjs')
  writeFileSync(path, program)
  return path
}

const children = () =>
  execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(process.pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => /child\.m?js/.test(line))
    .map((line) => Number(line.trim().split(' ')[0]))

/** As proc(5) has it, 16 fields after the name, which is in parentheses. */
const niceness = (stat: string) => Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[16])

describe('the pool of storage processes', () => {
  it('does what the driver does, with progress, confirmation and errors as they are', async () => {
    const { driver, files, volume } = await createPool()
    writeFileSync(join(volume, 'f'), 'content')
    const job = aSnapshot()
    const work = aWork()
    const copy = await driver.takeSnapshot(job, work)
    expect(work.confirmed).toEqual([copy])
    expect(copy.sizeBytes).toBeTypeOf('bigint')
    const backup = aBackup(job, copy.checksum)
    expect(await driver.backUpSnapshot(backup, aWork())).toEqual(copy)
    expect(await driver.listFolders('backups')).toEqual([volumeUuid])
    await driver.deleteSnapshot(job, aWork())
    await driver.deleteBackup(backup, aWork())
    expect([files('snapshots'), files('backups')]).toEqual([[], []])
    expect(await driver.checkVolume({ accountRoot: '', path: '../x' })).toBe(
      'path must not contain .. as a part',
    )
    await expect(
      driver.takeSnapshot({ ...aSnapshot(), volume: { accountRoot: '', path: 'gone' } }, aWork()),
    ).rejects.toMatchObject({
      name: 'StorageError',
      code: 'VOLUME_UNAVAILABLE',
      retryable: false,
      message: 'the volume cannot be read: its directory gone is gone',
    })
  })

  it('gives the reason back for which a confirmation was refused', async () => {
    const { driver, files } = await createPool()
    const reason = new Error('the lease is lost')
    await expect(
      driver.takeSnapshot(
        aSnapshot(),
        aWork(() => Promise.reject(reason)),
      ),
    ).rejects.toBe(reason)
    expect(files('snapshots')).toEqual([])
  })

  it.runIf(process.platform === 'linux')('gives way to other processes with all its threads', async () => {
    const { driver } = await createPool({ niceness: 7 })
    const before = children()
    let seen: number[] = []
    await driver.takeSnapshot(
      aSnapshot(),
      aWork(async () => {
        const [child] = children().filter((pid) => !before.includes(pid))
        const threads = readdirSync(`/proc/${child}/task`)
        seen = threads.map((thread) => niceness(readFileSync(`/proc/${child}/task/${thread}/stat`, 'utf8')))
      }),
    )
    // Node itself has 6, the work at least one more.
    expect(seen.length).toBeGreaterThan(6)
    expect(new Set(seen)).toEqual(new Set([7]))
  })

  it('runs as many calls at a time as it has processes, and keeps those for the next', async () => {
    const { driver } = await createPool({ size: 2 })
    let running = 0
    let most = 0
    const work = () =>
      aWork(async () => {
        running += 1
        most = Math.max(most, running)
        await driverTick()
        running -= 1
      })
    const driverTick = () => new Promise((resolve) => setImmediate(resolve))
    await Promise.all(Array.from({ length: 8 }, () => driver.takeSnapshot(aSnapshot(), work())))
    expect(most).toBeLessThanOrEqual(2)
    expect(children()).toHaveLength(2)
  })

  it('stops a call that is aborted, also while it waits for its turn', async () => {
    const { driver, files } = await createPool({ size: 1 })
    const holding = aWork(() => new Promise(() => {}))
    const held = driver.takeSnapshot(aSnapshot(), holding)
    await eventually(() => expect(holding.confirmed).toHaveLength(1))
    const waiting = aWork()
    const queued = driver.takeSnapshot(aSnapshot(), waiting)
    waiting.stop.abort()
    await expect(queued).rejects.toMatchObject({ code: 'ABORTED' })
    expect(waiting.confirmed).toEqual([])
    holding.stop.abort()
    const stopped = performance.now()
    // It hangs in a confirmation that never comes, so it is killed, 5 s later.
    await expect(held).rejects.toMatchObject({ code: 'ABORTED' })
    expect(performance.now() - stopped).toBeGreaterThan(4990)
    await driver.takeSnapshot(aSnapshot(), aWork())
    expect(files('snapshots').filter((name) => name.endsWith('.tar.gz'))).toHaveLength(1)
  })

  it('kills a process that has not settled in time after an abort, and keeps one that has', async () => {
    const { driver } = await createPool({ size: 1, killAfter: 1 })
    const abort = async (settles: boolean) => {
      const work = aWork(
        () => new Promise((resolve) => settles && work.signal.addEventListener('abort', () => resolve())),
      )
      const call = driver.takeSnapshot(aSnapshot(), work)
      await eventually(() => expect(work.confirmed).toHaveLength(1))
      const pids = children()
      work.stop.abort()
      await expect(call).rejects.toMatchObject({ code: 'ABORTED' })
      return pids
    }
    const pids = await abort(true)
    expect(children()).toEqual(pids)
    expect(await abort(false)).toEqual(pids)
    expect(children()).toEqual([])
  })

  it('stops a call that is aborted in the moment in which it starts', async () => {
    const { driver, files } = await createPool({ size: 1 })
    await driver.checkVolume({ accountRoot: '', path: 'db' }) // a process waits
    const work = aWork()
    const call = driver.takeSnapshot(aSnapshot(), work)
    work.stop.abort()
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' })
    expect(files('snapshots')).toEqual([])
  })

  it('survives the death of a process: the call fails retryably, and the next attempt completes it', async () => {
    const { driver, files } = await createPool({ size: 1 })
    const job = aSnapshot()
    const work = aWork(async () => {
      for (const pid of children()) process.kill(pid, 'SIGKILL')
      await new Promise(() => {})
    })
    await expect(driver.takeSnapshot(job, work)).rejects.toMatchObject({ code: 'FAILED', retryable: true })
    expect(files('snapshots')).toHaveLength(2) // its temporary file is still there
    await driver.takeSnapshot({ ...job, leaseToken: crypto.randomUUID() }, aWork())
    expect(files('snapshots')).toEqual([volumeUuid, `${volumeUuid}/${job.snapshotUuid}.tar.gz`])
  })

  it('gives up calls of requests that take too long', async () => {
    const { config } = await createTestStorage()
    mkdirSync(config.dataDir, { recursive: true })
    const hung = childProgram(
      config.dataDir,
      'process.on("message", () => {}); process.on("disconnect", () => process.exit())',
    )
    const { driver } = await createPool({ entry: hung, callTimeout: 0.3, size: 1 })
    const late = { code: 'TIMED_OUT', retryable: true }
    const calls = [
      driver.checkVolume({ accountRoot: '', path: 'db' }),
      driver.makeVolume({ accountRoot: '', path: 'db' }),
    ]
    await Promise.all(calls.map((call) => expect(call).rejects.toMatchObject(late)))
  })

  it('ends its processes when it is closed', async () => {
    const { driver, pool } = await createPool()
    await driver.checkVolume({ accountRoot: '', path: 'db' })
    expect(children()).toHaveLength(1)
    await pool.close()
    expect(children()).toEqual([])
    await expect(driver.checkVolume({ accountRoot: '', path: 'db' })).rejects.toMatchObject({
      code: 'ABORTED',
    })
  })

  it('ends with its parent: kill -9 leaves no process that writes', async () => {
    const { config } = await createTestStorage()
    const parent = join(config.dataDir, 'parent.mjs')
    const pool = new URL('../dist/storage/pool.js', import.meta.url).href
    writeFileSync(
      parent,
      `import { createStoragePool } from ${JSON.stringify(pool)}
      const log = { info() {}, warn() {}, error() {} }
      const { driver } = createStoragePool({ entry: ${JSON.stringify(entry)}, size: 1, vfs: ${JSON.stringify(config)}, log })
      await driver.takeSnapshot(${JSON.stringify(aSnapshot())}, {
        signal: new AbortController().signal,
        onProgress() {},
        confirm: () => { process.send('confirming'); return new Promise(() => {}) },
      })`,
    )
    const gateway = fork(parent)
    onTestFinished(() => void gateway.kill('SIGKILL'))
    await once(gateway, 'message')
    const pids = execFileSync('ps', ['-o', 'pid=', '--ppid', String(gateway.pid)], { encoding: 'utf8' })
    const child = Number(pids.trim())
    expect(child).toBeGreaterThan(0)
    gateway.kill('SIGKILL')
    await eventually(() => expect(() => process.kill(child, 0)).toThrow('ESRCH'))
  })
})
