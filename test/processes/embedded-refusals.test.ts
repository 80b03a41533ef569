import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hold, nobody, refusal } from '../support/embedded.ts'
import { run } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'

const asRoot = process.getuid?.() === 0
const mayUnshare = (() => {
  try {
    execFileSync('unshare', ['--pid', '--mount', '--fork', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

describe('the embedded Postgres refuses, and says what to do', () => {
  it('an empty database beside old snapshots', async () => {
    const dataDir = temporaryDirectory()
    mkdirSync(join(dataDir, 'snapshots/some-volume'), { recursive: true })
    expect(await refusal({ dataDir })).toMatch(/holds snapshots, but their database is not at .*DATABASE_URL/)
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false)
  })

  it.each(['serve', 'migrate'])('an empty database beside old snapshots by %s', async (command) => {
    const cwd = temporaryDirectory()
    mkdirSync(join(cwd, 'data/snapshots/some-volume'), { recursive: true })
    const { status, stdout } = await run([command], { PORT: '0' }, cwd)
    expect(status).toBe(1)
    expect(stdout).toContain('holds snapshots, but their database is not at')
  })

  it('an empty database where it cannot be seen whether there are old snapshots', async () => {
    const dataDir = temporaryDirectory()
    for (const [target, reason] of [
      ['snapshots', 'ELOOP'],
      ['/nowhere/disk', 'ENOENT'], // it is not mounted
    ] as const) {
      symlinkSync(target, join(dataDir, 'snapshots'))
      expect(await refusal({ dataDir })).toMatch(new RegExp(`cannot be used: ${reason}.*snapshots`))
      rmSync(join(dataDir, 'snapshots'))
    }
    expect(existsSync(join(dataDir, 'postgres'))).toBe(false)
  })

  it('a database that is gone from where it was', async () => {
    const dataDir = temporaryDirectory()
    await (await hold({ dataDir })).leave()
    rmSync(join(dataDir, 'postgres'), { recursive: true })
    expect(await refusal({ dataDir })).toMatch(/is expected at .*postgres\/data, but is not there/)
  })

  it('a database that cannot be seen where it was', async () => {
    const dataDir = temporaryDirectory()
    await (await hold({ dataDir })).leave()
    const version = join(dataDir, 'postgres/data/PG_VERSION')
    rmSync(version)
    mkdirSync(version)
    expect(await refusal({ dataDir })).toMatch(/cannot be used: EISDIR/)
  })

  it('a server that cannot be told from none', async () => {
    const dataDir = temporaryDirectory()
    await (await hold({ dataDir })).leave()
    mkdirSync(join(dataDir, 'postgres/data/postmaster.pid'))
    expect(await refusal({ dataDir })).toMatch(/cannot be used: EISDIR/)
  })

  it('a server whose pid a loss of power has deleted, with what Postgres says of it', async () => {
    const dataDir = temporaryDirectory()
    await (await hold({ dataDir })).leave()
    writeFileSync(join(dataDir, 'postgres/data/postmaster.pid'), '')
    expect(await refusal({ dataDir })).toMatch(/does not start: .*lock file "postmaster.pid" is empty/)
  })

  it('a database without its record', async () => {
    const dataDir = temporaryDirectory()
    await (await hold({ dataDir })).leave()
    rmSync(join(dataDir, 'postgres.json'))
    expect(await refusal({ dataDir })).toMatch(/no postgres.json beside it/)
  })

  it('a database of another major version', async () => {
    const dataDir = temporaryDirectory()
    await (await hold({ dataDir })).leave()
    writeFileSync(join(dataDir, 'postgres/data/PG_VERSION'), '17\n')
    expect(await refusal({ dataDir })).toMatch(
      /was created by Postgres 17, but this version comes with Postgres 18\. Dump it/,
    )
  })

  it('a server that cannot start, with the end of its log', async () => {
    const dataDir = temporaryDirectory()
    await (await hold({ dataDir })).leave()
    writeFileSync(join(dataDir, 'postgres/data/postgresql.conf'), 'no_such_setting = 1\n')
    expect(await refusal({ dataDir })).toMatch(/does not start: .*no_such_setting.*or set DATABASE_URL/)
  })

  it('a platform without binaries', async () => {
    expect(await refusal({ dataDir: temporaryDirectory(), packageDir: '/nowhere' })).toMatch(/DATABASE_URL/)
  })

  it('a data folder that another machine uses', async () => {
    const dataDir = temporaryDirectory()
    const folder = join(dataDir, 'postgres.clients')
    mkdirSync(folder)
    const file = join(folder, '7.json')
    writeFileSync(file, JSON.stringify({ pid: 7, start: '1', host: 'elsewhere', boot: 'b', namespace: 'n' }))
    const beating = setInterval(() => writeFileSync(file, readFileSync(file)), 500)
    onTestFinished(() => clearInterval(beating))
    expect(await refusal({ dataDir })).toMatch(
      /in use by another machine or container \(elsewhere\): set DATABASE_URL/,
    )
  })

  it.skipIf(!mayUnshare)(
    'a data folder that another container uses, also one of the same host name (needs unshare)',
    async () => {
      const dataDir = temporaryDirectory()
      const holder = await hold({ dataDir })
      const elsewhere = ['unshare', '--pid', '--ipc', '--mount-proc', '--fork', '--kill-child']
      expect(await refusal({ dataDir, via: elsewhere })).toMatch(/in use by another machine or container/)
      expect(await holder.sql('select 1 as up')).toEqual([{ up: 1 }])
      await holder.leave()
    },
  )

  it.skipIf(!mayUnshare)(
    'a database that a suspended container serves: there is never a second server (needs unshare)',
    async () => {
      const dataDir = temporaryDirectory()
      const elsewhere = ['unshare', '--pid', '--ipc', '--mount-proc', '--fork', '--kill-child']
      const holder = await hold({ dataDir, via: elsewhere })
      const children = execFileSync('ps', ['-o', 'pid=', '--ppid', String(holder.process.pid)], {
        encoding: 'utf8',
      })
      process.kill(Number(children), 'SIGSTOP')
      onTestFinished(() => void process.kill(Number(children), 'SIGKILL'))
      expect(await refusal({ dataDir })).toMatch(/is served by another container: set DATABASE_URL/)
      expect(await holder.sql('select 1 as up')).toEqual([{ up: 1 }])
    },
  )

  it.skipIf(!mayUnshare)('a data folder that is a mount point (needs unshare)', async () => {
    const dataDir = temporaryDirectory()
    const mounted = ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" "$0" && exec "$@"', dataDir]
    expect(await refusal({ dataDir, via: mounted })).toMatch(/is a mount point.*: use a folder in it/)
  })

  it('a database beside the snapshots of another installation', async () => {
    const dataDir = temporaryDirectory()
    await (await hold({ dataDir })).leave()
    mkdirSync(join(dataDir, 'snapshots'))
    writeFileSync(join(dataDir, 'snapshots/.snapshot-gateway'), `${crypto.randomUUID()}\n`)
    expect(await refusal({ dataDir })).toMatch(/belongs to the installation .* mount or restore the two/)
  })

  it('a database beside snapshots of which it cannot be seen whose they are', async () => {
    const dataDir = temporaryDirectory()
    await (await hold({ dataDir })).leave()
    mkdirSync(join(dataDir, 'snapshots/.snapshot-gateway'), { recursive: true })
    expect(await refusal({ dataDir })).toMatch(/cannot be used: EISDIR/)
  })

  it.skipIf(!asRoot)('a plain user beside root (needs root)', async () => {
    const refused = /postgres.json cannot be read \(EACCES\): run as the user that owns it/
    const dataDir = temporaryDirectory()
    // In a folder of root's, in one that all may write to, and beside what a narrow umask has closed.
    const holder = await hold({ dataDir, via: ['sh', '-c', 'umask 077; exec "$@"', 'sh'] })
    expect(await refusal({ dataDir, as: nobody() })).toMatch(refused)
    chmodSync(dataDir, 0o777)
    expect(await refusal({ dataDir, as: nobody() })).toMatch(refused)
    await holder.kill('SIGKILL')
    expect(await refusal({ dataDir, as: nobody() })).toMatch(refused)
    await (await hold({ dataDir })).leave()
  })

  it.skipIf(!asRoot)('the database of a former data folder of the same path (needs root)', async () => {
    const parent = temporaryDirectory()
    chmodSync(parent, 0o700)
    const dataDir = join(parent, 'data')
    const former = await hold({ dataDir })
    const folder = join(former.connection.path, '..')
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    await former.leave()
    rmSync(dataDir, { recursive: true })
    expect(await refusal({ dataDir })).toMatch(
      /there is one of a former .*: restore the postgres.json of that/,
    )
  })

  it.skipIf(!asRoot)('a copy of a data folder whose database is elsewhere (needs root)', async () => {
    const parent = temporaryDirectory()
    chmodSync(parent, 0o700)
    const dataDir = join(parent, 'data')
    const holder = await hold({ dataDir })
    const folder = join(holder.connection.path, '..')
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    await holder.leave()
    cpSync(dataDir, join(parent, 'copy'), { recursive: true })
    expect(await refusal({ dataDir: join(parent, 'copy') })).toMatch(/is a copy of .*data, whose database/)
    const record = readFileSync(join(dataDir, 'postgres.json'))
    writeFileSync(join(dataDir, 'postgres.json'), '')
    expect(await refusal({ dataDir: join(parent, 'copy') })).toMatch(/data\/postgres.json is damaged/)
    writeFileSync(join(dataDir, 'postgres.json'), record)
    // Moved, it is the same one.
    renameSync(dataDir, join(parent, 'moved'))
    await (await hold({ dataDir: join(parent, 'moved') })).leave()
  })

  it.skipIf(!asRoot)('a database that a restore has given to root (needs root)', async () => {
    const dataDir = temporaryDirectory()
    await (await hold({ dataDir })).leave()
    const data = join(dataDir, 'postgres/data')
    const { uid, gid } = statSync(data)
    execFileSync('chown', ['-R', '0:0', data])
    expect(await refusal({ dataDir })).toBe(
      `${data} belongs to root, as whom Postgres refuses to run: give it back by chown -R ${uid} ${data}, or set DATABASE_URL`,
    )
    execFileSync('chown', ['-R', `${uid}:${gid}`, data])
    await (await hold({ dataDir })).leave()
  })

  it('what the system refuses, with what can be done instead', async () => {
    const parent = temporaryDirectory()
    writeFileSync(join(parent, 'file'), '')
    expect(await refusal({ dataDir: join(parent, 'file/data') })).toMatch(
      /cannot be used: ENOTDIR.* or set DATABASE_URL/,
    )
    // Perhaps on a disk that is not mounted.
    expect(await refusal({ dataDir: join(parent, 'disk/data') })).toBe(
      `the folder above DATA_DIR, ${join(parent, 'disk')}, does not exist: create it, or mount its disk`,
    )
    expect(existsSync(join(parent, 'disk'))).toBe(false)
  })

  it.skipIf(!asRoot)('to run as root or as a user that is not there (needs root)', async () => {
    expect(await refusal({ dataDir: temporaryDirectory(), user: 'root' })).toMatch(/refuses to run as root/)
    expect(await refusal({ dataDir: temporaryDirectory(), user: 'no-such-user' })).toMatch(/EMBEDDED_USER/)
  })
})
