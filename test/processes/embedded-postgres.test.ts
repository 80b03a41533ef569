import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hold, isAlive, nobody, packageOfThisPlatform, postmasterPid } from '../support/embedded.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryDirectory } from '../support/storage.ts'

const asRoot = process.getuid?.() === 0

describe('the embedded Postgres', () => {
  it('starts on an empty folder, keeps its rows, and stops with its last client', async () => {
    const dataDir = temporaryDirectory()
    const first = await hold({ dataDir })
    await first.sql('create table t as select 42 as n')
    const pid = postmasterPid(join(dataDir, 'postgres'))
    expect(isAlive(pid)).toBe(true)
    await first.leave()
    expect(isAlive(pid)).toBe(false)
    expect(readdirSync(join(dataDir, 'postgres.clients'))).toEqual([])

    const second = await hold({ dataDir })
    expect(await second.sql('select n from t')).toEqual([{ n: 42 }])
    expect(second).toMatchObject({ installation: first.installation, connection: first.connection })
    await second.leave()
  })

  it('is reached by its socket alone, with a password that only its owner reads', async () => {
    const dataDir = temporaryDirectory()
    const holder = await hold({ dataDir })
    expect(await holder.sql('show listen_addresses')).toEqual([{ listen_addresses: '' }])
    expect(await holder.sql('show server_encoding')).toEqual([{ server_encoding: 'UTF8' }])
    expect(statSync(join(dataDir, 'postgres.json')).mode & 0o777).toBe(0o600)
    expect(statSync(join(dataDir, 'postgres')).mode & 0o777).toBe(0o700)
    expect(statSync(holder.connection.path).mode & 0o777).toBe(0o700)
    const wrong = { ...holder, connection: { ...holder.connection, password: 'wrong' } }
    const { default: postgres } = await import('postgres')
    const client = postgres({ ...wrong.connection, max: 1 })
    await expect(client`select 1`).rejects.toMatchObject({ code: '28P01' })
    await client.end()
    await holder.leave()
  })

  it('is shared by the processes of a data folder; the first to leave does not stop it', async () => {
    const dataDir = temporaryDirectory()
    const first = await hold({ dataDir })
    const second = await hold({ dataDir })
    expect(second.connection).toEqual(first.connection)
    await first.leave()
    expect(await second.sql('select 1 as up')).toEqual([{ up: 1 }])
    const pid = postmasterPid(join(dataDir, 'postgres'))
    await second.leave()
    expect(isAlive(pid)).toBe(false)
  })

  it('is made once by several first starts at the same time', async () => {
    const dataDir = temporaryDirectory()
    const holders = await Promise.all(Array.from({ length: 5 }, () => hold({ dataDir })))
    expect(new Set(holders.map((holder) => holder.installation)).size).toBe(1)
    await Promise.all(holders.map((holder) => holder.sql('select 1')))
    const pid = postmasterPid(join(dataDir, 'postgres'))
    await Promise.all(holders.map((holder) => holder.leave()))
    expect(isAlive(pid)).toBe(false)
    expect(readdirSync(join(dataDir, 'postgres')).filter((name) => name.startsWith('new.'))).toEqual([])
  })

  it('outlives a gateway that is killed; the next adopts it, and stops it in the end', async () => {
    const dataDir = temporaryDirectory()
    const killed = await hold({ dataDir })
    const pid = postmasterPid(join(dataDir, 'postgres'))
    await killed.kill('SIGKILL')
    expect(isAlive(pid)).toBe(true)
    const next = await hold({ dataDir })
    expect(postmasterPid(join(dataDir, 'postgres'))).toBe(pid)
    await next.leave()
    expect(isAlive(pid)).toBe(false)
  })

  it('is stopped too by a gateway that ends without closing it', async () => {
    const dataDir = temporaryDirectory()
    const holder = await hold({ dataDir })
    const pid = postmasterPid(join(dataDir, 'postgres'))
    await holder.kill('SIGUSR2') // it calls process.exit()
    await eventually(() => expect(isAlive(pid)).toBe(false))
  })

  it('goes on where a gateway that ends without closing it cannot see who else uses it', async () => {
    const dataDir = temporaryDirectory()
    const holder = await hold({ dataDir })
    const pid = postmasterPid(join(dataDir, 'postgres'))
    const clients = join(dataDir, 'postgres.clients')
    rmSync(clients, { recursive: true })
    writeFileSync(clients, '')
    await holder.kill('SIGUSR2')
    expect(holder.process.exitCode).toBe(1) // as it was told, without a fault of the last moment
    rmSync(clients)
    const next = await hold({ dataDir })
    expect(postmasterPid(join(dataDir, 'postgres'))).toBe(pid)
    await next.leave()
  })

  it('is started again when it is killed under its clients, without a loss', async () => {
    const dataDir = temporaryDirectory()
    const holder = await hold({ dataDir })
    await holder.sql('create table t as select 42 as n')
    const pid = postmasterPid(join(dataDir, 'postgres'))
    process.kill(pid ?? 0, 'SIGKILL')
    await eventually(async () => {
      expect(postmasterPid(join(dataDir, 'postgres'))).not.toBe(pid)
      expect(await holder.sql('select n from t')).toEqual([{ n: 42 }])
    })
    await holder.leave()
  })

  it('starts though another program has got the pid of a server that was killed', async () => {
    const dataDir = temporaryDirectory()
    const holder = await hold({ dataDir })
    const folder = join(dataDir, 'postgres')
    const pid = postmasterPid(folder)
    await holder.kill('SIGKILL')
    process.kill(pid ?? 0, 'SIGKILL')
    await eventually(() => expect(isAlive(pid)).toBe(false))
    // The files of a crashed server, naming a process of the same user that is none.
    const owner = statSync(join(folder, 'data'))
    const sleeper = await import('node:child_process').then(({ spawn }) =>
      spawn('sleep', ['60'], asRoot ? { uid: owner.uid, gid: owner.gid } : {}),
    )
    onTestFinished(() => void sleeper.kill('SIGKILL'))
    for (const file of [join(folder, 'data/postmaster.pid'), `${holder.connection.path}.lock`])
      writeFileSync(file, readFileSync(file, 'utf8').replace(/^\d+/, String(sleeper.pid)))
    const next = await hold({ dataDir })
    expect(await next.sql('select 1 as up')).toEqual([{ up: 1 }])
    await next.leave()
  })

  it('makes the links that npm has not made', async () => {
    const packageDir = join(temporaryDirectory(), 'package')
    cpSync(packageOfThisPlatform(), packageDir, { recursive: true, verbatimSymlinks: true })
    const links = JSON.parse(readFileSync(join(packageDir, 'native/pg-symlinks.json'), 'utf8'))
    for (const { target } of links) rmSync(join(packageDir, target), { force: true })
    const holder = await hold({ dataDir: temporaryDirectory(), packageDir })
    await holder.leave()
    for (const { target } of links) expect(existsSync(join(packageDir, target))).toBe(true)
  })

  it('puts its socket elsewhere where the path of the data folder is too long for one', async () => {
    const dataDir = join(temporaryDirectory(), 'x'.repeat(100))
    mkdirSync(dataDir)
    const holder = await hold({ dataDir })
    expect(holder.connection.path.length).toBeLessThan(100)
    expect(await holder.sql('select 1 as up')).toEqual([{ up: 1 }])
    const adopted = await hold({ dataDir })
    expect(adopted.connection).toEqual(holder.connection)
    // Killed, it comes back where its clients expect it.
    process.kill(postmasterPid(join(dataDir, 'postgres')) ?? 0, 'SIGKILL')
    await eventually(async () => expect(await holder.sql('select 1 as up')).toEqual([{ up: 1 }]))
    await holder.leave()
    await adopted.leave()
    expect(existsSync(holder.connection.path)).toBe(false)
  })

  it.skipIf(!asRoot)(
    'runs as another user where we are root, also below a 0700 folder (needs root)',
    async () => {
      const parent = temporaryDirectory()
      chmodSync(parent, 0o700)
      const dataDir = join(parent, 'data')
      const holder = await hold({ dataDir, user: 'nobody' })
      const { folder } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      expect(folder).toMatch(/^\/var\/lib\/snapshot-gateway\/[0-9a-f]{16}$/)
      expect(holder.logged).toContain(
        'the database is kept in this folder: its user cannot enter the data folder',
      )
      expect(statSync(`/proc/${postmasterPid(folder)}`).uid).toBe(nobody().uid)
      await holder.sql('create table t as select 42 as n')
      await holder.leave()
      // Found again by its record, and served by its owner, whatever is configured then.
      const again = await hold({ dataDir })
      expect(await again.sql('select n from t')).toEqual([{ n: 42 }])
      expect(statSync(`/proc/${postmasterPid(folder)}`).uid).toBe(nobody().uid)
      await again.leave()
    },
  )

  it.skipIf(!asRoot)('copies binaries that its user cannot reach (needs root)', async () => {
    const parent = temporaryDirectory()
    chmodSync(parent, 0o700)
    const packageDir = join(parent, 'package')
    cpSync(packageOfThisPlatform(), packageDir, { recursive: true, verbatimSymlinks: true })
    const description = join(packageDir, 'package.json')
    const version = `18.0.0-copied.${process.pid}` // a copy of its own: a gateway on this machine may use the other
    writeFileSync(description, JSON.stringify({ ...JSON.parse(readFileSync(description, 'utf8')), version }))
    const copy = `/var/lib/snapshot-gateway/postgres-${version}`
    onTestFinished(() => rmSync(copy, { recursive: true, force: true }))
    const holder = await hold({ dataDir: temporaryDirectory(), packageDir })
    expect(holder.logged).toContain('copied the Postgres binaries')
    await holder.leave()
  })

  it.skipIf(!asRoot)('runs as a plain user (needs root to become one)', async ({ skip }) => {
    const user = nobody()
    const dataDir = join(temporaryDirectory(), 'data')
    mkdirSync(dataDir)
    chownSync(dataDir, user.uid, user.gid)
    const checkout = fileURLToPath(new URL('../../package.json', import.meta.url))
    const look = `fs.accessSync(${JSON.stringify(checkout)})`
    try {
      execFileSync(process.execPath, ['-e', look], { ...user, cwd: '/', stdio: 'ignore' })
    } catch {
      skip('the user nobody cannot reach this checkout')
    }
    const holder = await hold({ dataDir, as: user })
    expect(statSync(`/proc/${postmasterPid(join(dataDir, 'postgres'))}`).uid).toBe(user.uid)
    expect(await holder.sql('select 1 as up')).toEqual([{ up: 1 }])
    await holder.leave()
  })

  it.skipIf(!asRoot)('of a plain user is shared with root, whatever the umask (needs root)', async () => {
    const dataDir = temporaryDirectory()
    chownSync(dataDir, nobody().uid, nobody().gid)
    await (await hold({ dataDir, as: nobody() })).leave()
    const root = await hold({ dataDir, via: ['sh', '-c', 'umask 077; exec "$@"', 'sh'] })
    const pid = postmasterPid(join(dataDir, 'postgres'))
    await (await hold({ dataDir, as: nobody() })).leave()
    expect(postmasterPid(join(dataDir, 'postgres'))).toBe(pid)
    expect(isAlive(pid)).toBe(true)
    await root.leave()
  })
})

describe('odd surroundings', () => {
  it('are fine: a comma in the path, lost+found beside nothing, a narrow umask', async () => {
    const dataDir = join(temporaryDirectory(), 'a, "b"')
    mkdirSync(join(dataDir, 'snapshots/lost+found'), { recursive: true })
    if (asRoot) chmodSync(join(dataDir, '..'), 0o700)
    const holder = await hold({ dataDir, via: ['sh', '-c', 'umask 077; exec "$@"', 'sh'] })
    const folder = join(holder.connection.path, '..')
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    expect(await holder.sql('select 1 as up')).toEqual([{ up: 1 }])
    await holder.leave()
  })
})

it('a database that was moved to another disk, with a link in its place, is found', async () => {
  const dataDir = temporaryDirectory()
  await (await hold({ dataDir })).leave()
  const moved = join(temporaryDirectory(), 'moved')
  renameSync(join(dataDir, 'postgres'), moved)
  symlinkSync(moved, join(dataDir, 'postgres'))
  const first = await hold({ dataDir })
  const second = await hold({ dataDir })
  const pid = postmasterPid(moved)
  await first.leave()
  expect(await second.sql('select 1 as up')).toEqual([{ up: 1 }])
  await second.leave()
  expect(isAlive(pid)).toBe(false)
})

it('a data folder that was renamed while its server outlived its gateway is found', async () => {
  const parent = temporaryDirectory()
  const dataDir = join(parent, 'old')
  const killed = await hold({ dataDir })
  await killed.sql('create table t as select 42 as n')
  await killed.kill('SIGKILL')
  renameSync(dataDir, join(parent, 'new'))
  const holder = await hold({ dataDir: join(parent, 'new') })
  expect(await holder.sql('select n from t')).toEqual([{ n: 42 }])
  await holder.leave()
})

it('a gateway and its server that are both killed lose nothing, and start again', async () => {
  const dataDir = temporaryDirectory()
  const killed = await hold({ dataDir })
  await killed.sql('create table t as select 42 as n')
  const pid = postmasterPid(join(dataDir, 'postgres')) ?? 0
  await killed.kill('SIGKILL')
  process.kill(pid, 'SIGKILL')
  const holder = await hold({ dataDir })
  expect(await holder.sql('select n from t')).toEqual([{ n: 42 }])
  await holder.leave()
})

it.skipIf(!asRoot)('a copy of binaries that a narrow umask has closed is opened (needs root)', async () => {
  const packageDir = join(temporaryDirectory(), 'package')
  cpSync(packageOfThisPlatform(), packageDir, { recursive: true, verbatimSymlinks: true })
  execFileSync('chmod', ['-R', 'go-rwx', packageDir]) // npm ci under umask 077
  const description = join(packageDir, 'package.json')
  const version = `18.0.0-test.${process.pid}` // a copy of its own
  writeFileSync(description, JSON.stringify({ ...JSON.parse(readFileSync(description, 'utf8')), version }))
  const copy = `/var/lib/snapshot-gateway/postgres-${version}`
  onTestFinished(() => rmSync(copy, { recursive: true, force: true }))
  await (await hold({ dataDir: temporaryDirectory(), packageDir })).leave()
  execFileSync('chmod', ['-R', 'go-rwx', copy])
  await (await hold({ dataDir: temporaryDirectory(), packageDir })).leave()
})

it.skipIf(!asRoot)('copies binaries where what is missing cannot be made (needs root)', async ({ skip }) => {
  const packageDir = join(temporaryDirectory(), 'package')
  cpSync(packageOfThisPlatform(), packageDir, { recursive: true, verbatimSymlinks: true })
  execFileSync('find', [packageDir, '-type', 'l', '-delete']) // as npm leaves it where it runs no scripts
  const description = join(packageDir, 'package.json')
  const version = `18.0.0-readonly.${process.pid}`
  writeFileSync(description, JSON.stringify({ ...JSON.parse(readFileSync(description, 'utf8')), version }))
  onTestFinished(() =>
    rmSync(`/var/lib/snapshot-gateway/postgres-${version}`, { recursive: true, force: true }),
  )
  try {
    execFileSync('mount', ['--bind', packageDir, packageDir], { stdio: 'ignore' })
  } catch {
    skip('this user may not mount')
  }
  onTestFinished(() => void execFileSync('umount', [packageDir]))
  execFileSync('mount', ['-o', 'remount,ro,bind', packageDir])
  const holder = await hold({ dataDir: temporaryDirectory(), packageDir })
  expect(holder.logged).toContain('copied the Postgres binaries')
  await holder.leave()
})

it('begins its log anew at 10 MB, and keeps the one before', async () => {
  const dataDir = temporaryDirectory()
  await (await hold({ dataDir })).leave()
  const log = join(dataDir, 'postgres/log')
  writeFileSync(log, 'x'.repeat(10_000_001))
  await (await hold({ dataDir })).leave()
  expect(statSync(`${log}.1`).size).toBe(10_000_001)
  expect(readFileSync(log, 'utf8')).toContain('database system is ready')
})

describe('leftovers of the dead', () => {
  it('of a container that is gone hold up a start for seconds only', async () => {
    const dataDir = temporaryDirectory()
    const gone = { pid: 7, start: '1', host: 'gone', boot: 'b', namespace: 'n' }
    writeFileSync(join(dataDir, 'postgres.lock'), JSON.stringify(gone))
    const holder = await hold({ dataDir })
    await holder.leave()
  })

  it('are no obstacle: a lock, a client and a half-made cluster', async () => {
    const dataDir = temporaryDirectory()
    mkdirSync(join(dataDir, 'postgres/new.abandoned'), { recursive: true })
    mkdirSync(join(dataDir, 'postgres.clients'))
    const dead = await deadIdentity(dataDir)
    for (const file of ['postgres.lock', 'postgres.clients/999.json'])
      writeFileSync(join(dataDir, file), dead)
    const holder = await hold({ dataDir })
    expect(existsSync(join(dataDir, 'postgres/new.abandoned'))).toBe(false)
    expect(readdirSync(join(dataDir, 'postgres.clients'))).toEqual([`${holder.process.pid}-1.json`])
    await holder.leave()
  })
})

/** What a process that is gone wrote of itself. */
async function deadIdentity(dataDir: string): Promise<string> {
  const other = join(dataDir, 'other')
  const holder = await hold({ dataDir: other })
  const text = readFileSync(join(other, 'postgres.clients', `${holder.process.pid}-1.json`), 'utf8')
  await holder.leave()
  return text
}
