import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { act, archives, createSnapshot, createVolume, read, serve, settles } from '../support/main-job.ts'
import { run, startProcess } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'

describe('one command', () => {
  it('serves the whole life of a snapshot on an empty folder, and ends with 0', async () => {
    const cwd = temporaryDirectory()
    const gateway = await startProcess(serve, {}, { cwd })
    expect((await fetch(new URL('/healthz', gateway.url))).status).toBe(200)
    expect((await fetch(new URL('/readyz', gateway.url))).status).toBe(200)
    await eventually(() => {
      const warnings = gateway.log.filter(({ level }) => level >= 40).map(({ msg }) => msg)
      expect(warnings).toEqual(['backups go to the disk that they protect: set BACKUP_TARGET to another'])
    })

    // A first start has put example/ there.
    const id = await createSnapshot(gateway, await createVolume(gateway, 'example'))
    await settles(gateway, id, 'CREATED')
    await act(gateway, 'backupSnapshot', id)
    await settles(gateway, id, 'BACKED_UP')
    const { backup } = await read(gateway, id)
    const restored = temporaryDirectory()
    execFileSync('tar', ['-xzf', fileURLToPath(backup.uri), '-C', restored])
    const original = readFileSync(join(cwd, 'data/volumes/example/hello.txt'), 'utf8')
    expect(readFileSync(join(restored, 'hello.txt'), 'utf8')).toBe(original)

    await act(gateway, 'removeSnapshot', id)
    await settles(gateway, id, 'REMOVED')
    await act(gateway, 'removeBackup', backup.id)
    await eventually(async () =>
      expect((await gateway.data(`{ backup(id: "${backup.id}") { state } }`)).backup.state).toBe('REMOVED'),
    )
    expect(archives(join(cwd, 'data/snapshots'))).toEqual([])
    expect(archives(join(cwd, 'data/backups'))).toEqual([])
    expect(await gateway.stop()).toBe(0)
  })

  it('completes after kill -9 what was under way', async () => {
    const cwd = temporaryDirectory()
    const env = { VOLUMES_DIR: volumesWithBig(cwd) }
    const first = await startProcess(serve, env, { cwd })
    const id = await createSnapshot(first, await createVolume(first, 'big'))
    await eventually(() =>
      expect(archives(join(cwd, 'data/snapshots'))).toEqual([expect.stringMatching(/\.tmp$/)]),
    )
    await first.stop('SIGKILL')
    const second = await startProcess(serve, env, { cwd })
    // Nobody has given the lease back: it runs out, which these tests do not wait for.
    await expireLeases(cwd)
    await settles(second, id, 'CREATED')
    const { checksum } = await read(second, id)
    const [archive, ...others] = archives(join(cwd, 'data/snapshots'))
    expect(others).toEqual([])
    const sum = execFileSync('sha256sum', [join(cwd, 'data/snapshots', archive ?? '')], { encoding: 'utf8' })
    expect(checksum).toBe(`sha256:${sum.split(' ')[0]}`)
    expect(await second.stop()).toBe(0)
  })

  it('shows the snapshot of a directory that vanished as failed, with the reason, and removes it', async () => {
    const cwd = temporaryDirectory()
    const gateway = await startProcess(serve, {}, { cwd })
    const volume = await createVolume(gateway, 'example')
    mkdirSync(join(cwd, 'data/volumes/other')) // else it would look like a disk that is not mounted
    rmSync(join(cwd, 'data/volumes/example'), { recursive: true })
    const id = await createSnapshot(gateway, volume)
    await eventually(async () =>
      expect(await read(gateway, id)).toMatchObject({
        state: 'CREATING',
        transitioning: 'ERROR',
        transitioningMessage: 'the volume cannot be read: its directory example is gone',
      }),
    )
    await act(gateway, 'removeSnapshot', id)
    await settles(gateway, id, 'REMOVED')
    expect(await gateway.stop()).toBe(0)
  })

  it('shares a data folder with a worker beside it', async () => {
    const cwd = temporaryDirectory()
    const gateway = await startProcess(serve, { WORKER: 'off' }, { cwd })
    const id = await createSnapshot(gateway, await createVolume(gateway, 'example'))
    expect(await read(gateway, id)).toMatchObject({
      state: 'REQUESTED',
      transitioningMessage: 'Waiting for a worker',
    })
    const worker = await startProcess(['worker'], {}, { cwd })
    await settles(gateway, id, 'CREATED')
    expect(await worker.stop()).toBe(0)
    expect(await gateway.stop()).toBe(0)
  })

  it('gives back at SIGTERM what it is doing, and the next start goes on at once', async () => {
    const cwd = temporaryDirectory()
    const env = { VOLUMES_DIR: volumesWithBig(cwd) }
    const first = await startProcess(serve, env, { cwd })
    const id = await createSnapshot(first, await createVolume(first, 'big'))
    await eventually(() => expect(archives(join(cwd, 'data/snapshots'))).toHaveLength(1))
    expect(await first.stop()).toBe(0)
    expect(archives(join(cwd, 'data/snapshots'))).toEqual([])
    const second = await startProcess(serve, env, { cwd })
    await settles(second, id, 'CREATED')
    expect(await second.stop()).toBe(0)
  })
})

describe('storage roots', () => {
  it('are marked once; a root with foreign files is refused, one that is not mounted waited for', async () => {
    const cwd = temporaryDirectory()
    const target = join(cwd, 'target')
    mkdirSync(target)
    writeFileSync(join(target, 'foreign'), '')
    const env = { BACKUP_TARGET: `file://${target}` }
    const refused = await run(serve, env, cwd)
    expect(refused.status).toBe(1)
    expect(refused.stdout).toContain('there are other files in it: give it an empty folder')
    rmSync(join(target, 'foreign'))
    const first = await startProcess(serve, env, { cwd })
    await eventually(() =>
      expect(first.log).toContainEqual(
        expect.objectContaining({
          msg: 'backups go to the disk that they protect: set BACKUP_TARGET to another',
          backups: target,
        }),
      ),
    )
    expect(await first.stop()).toBe(0)

    // The disk goes away: what is seen is its mount point.
    const marker = join(target, '.snapshot-gateway')
    const installation = readFileSync(marker)
    rmSync(marker)
    const second = await startProcess(serve, env, { cwd })
    expect(second.log.map(({ msg }) => msg)).toContain(
      'storage not mounted: the marker that was put there is missing',
    )
    const id = await createSnapshot(second, await createVolume(second, 'example'))
    await settles(second, id, 'CREATED')
    await act(second, 'backupSnapshot', id)
    await eventually(async () =>
      expect((await read(second, id)).transitioningMessage).toMatch(
        /^attempt \d+ of 10: storage not mounted/,
      ),
    )
    expect(readdirSync(target)).toEqual([])
    writeFileSync(marker, installation) // and comes back
    await settles(second, id, 'BACKED_UP')
    expect(await second.stop()).toBe(0)
  })
})

/** A folder of volumes with one, `big`, of which a snapshot takes seconds. */
function volumesWithBig(cwd: string): string {
  const volumes = join(cwd, 'volumes')
  mkdirSync(join(volumes, 'big'), { recursive: true })
  for (let n = 0; n < 8; n++) writeFileSync(join(volumes, 'big', String(n)), randomBytes(16 * 2 ** 20))
  return volumes
}

/** Ends every lease now, as time would in half a minute. */
async function expireLeases(cwd: string) {
  const { folder, password } = JSON.parse(readFileSync(join(cwd, 'data/postgres.json'), 'utf8'))
  const { default: postgres } = await import('postgres')
  const path = join(cwd, 'data', folder, '.s.PGSQL.5432')
  const sql = postgres({ path, username: 'postgres', password, database: 'postgres', max: 1 })
  onTestFinished(() => sql.end())
  await sql`update snapshot set lease_expires = now(), run_after = now() where lease_token is not null`
}
