import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isRunning } from '../src/database/embedded/process-identity.ts'
import { eventually } from './support/eventually.ts'
import { fromSources, type GatewayProcess, run, startProcess } from './support/process.ts'
import { temporaryDirectory } from './support/storage.ts'

const serve = ['--port', '0']

const progress =
  'id state transitioning transitioningMessage backup { id uri checksum sizeBytes } sizeBytes checksum'
const read = async (gateway: GatewayProcess, id: string) =>
  (await gateway.data(`{ snapshot(id: "${id}") { ${progress} } }`)).snapshot
const settles = (gateway: GatewayProcess, id: string, state: string) =>
  eventually(async () => expect(await read(gateway, id)).toMatchObject({ state, transitioning: 'NO' }))
const act = (gateway: GatewayProcess, mutation: string, id: string) =>
  gateway.data(`mutation { ${mutation}(input: { id: "${id}" }) { __typename ... on UserError { message } } }`)
async function createVolume(gateway: GatewayProcess, name: string): Promise<string> {
  const { createVolume } = await gateway.data(
    `mutation { createVolume(input: { name: "${name}" }) { ... on Volume { id } ... on UserError { message } } }`,
  )
  return createVolume.id
}
async function createSnapshot(gateway: GatewayProcess, volumeId: string): Promise<string> {
  const { createSnapshot } = await gateway.data(
    `mutation { createSnapshot(input: { volumeId: "${volumeId}" }) { ... on Snapshot { id } ... on UserError { message } } }`,
  )
  return createSnapshot.id
}
const archives = (root: string) =>
  (readdirSync(root, { recursive: true }) as string[]).filter(
    (name) => name.endsWith('.gz') || name.endsWith('.tmp'),
  )

describe('one command', () => {
  it('serves the whole life of a snapshot on an empty folder, and ends with 0', async () => {
    const cwd = temporaryDirectory()
    const gateway = await startProcess(serve, {}, { cwd })
    expect((await fetch(new URL('/healthz', gateway.url))).status).toBe(200)
    expect((await fetch(new URL('/readyz', gateway.url))).status).toBe(200)
    const warnings = gateway.log.filter(({ level }) => level >= 40).map(({ msg }) => msg)
    expect(warnings).toEqual(['backups go to the disk that they protect: set BACKUP_TARGET'])

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
    mkdirSync(join(cwd, 'volumes/big'), { recursive: true })
    for (let n = 0; n < 8; n++) writeFileSync(join(cwd, `volumes/big/${n}`), randomBytes(16 * 2 ** 20))
    const env = { VOLUMES_DIR: join(cwd, 'volumes') }
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
    mkdirSync(join(cwd, 'volumes/big'), { recursive: true })
    for (let n = 0; n < 8; n++) writeFileSync(join(cwd, `volumes/big/${n}`), randomBytes(16 * 2 ** 20))
    const env = { VOLUMES_DIR: join(cwd, 'volumes') }
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

describe('the end', () => {
  it.each([
    'SIGINT',
    'SIGHUP',
    'SIGQUIT',
  ] as const)('by %s is a stop too, of the database as well', async (signal) => {
    const cwd = temporaryDirectory()
    const gateway = await startProcess(serve, {}, { cwd })
    const pid = Number(readFileSync(join(cwd, 'data/postgres/data/postmaster.pid'), 'utf8').split('\n')[0])
    expect(await gateway.stop(signal)).toBe(0)
    expect(isRunning(pid)).toBe(false)
  })
})

it.skipIf(process.getuid?.() !== 0)(
  'EMBEDDED_USER serves the database where we are root (needs root)',
  async () => {
    const cwd = temporaryDirectory()
    const gateway = await startProcess(serve, { EMBEDDED_USER: 'nobody' }, { cwd })
    const pid = readFileSync(join(cwd, 'data/postgres/data/postmaster.pid'), 'utf8').split('\n')[0]
    const nobody = Number(execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' }))
    expect(statSync(`/proc/${pid}`).uid).toBe(nobody)
    expect(await gateway.stop()).toBe(0)
  },
)

it.each(['serve', 'migrate'])('a signal while %s starts the database leaves none behind', async (command) => {
  const cwd = temporaryDirectory()
  const pidFile = join(cwd, 'data/postgres/data/postmaster.pid')
  const ended = run([command], { PORT: '0' }, cwd, (child) => {
    const looking = setInterval(() => {
      if (!existsSync(pidFile)) return
      clearInterval(looking)
      child.kill('SIGTERM')
    }, 1)
    onTestFinished(() => clearInterval(looking))
  })
  expect((await ended).status).toBe(1)
  await eventually(() => expect(existsSync(pidFile)).toBe(false))
  const again = await run(['migrate'], {}, cwd)
  expect(again.status).toBe(0)
})

it('a volume is UNAVAILABLE at REQUEST_TIMEOUT where its storage hangs, and can be made afterwards', async () => {
  const env = { WORKER: 'off', REQUEST_TIMEOUT: '4s' }
  const gateway = await startProcess(serve, env, { cwd: temporaryDirectory() })
  const storage = () =>
    execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(gateway.process.pid)], { encoding: 'utf8' })
      .split('\n')
      .flatMap((line) => (line.includes('storage/child.js') ? Number.parseInt(line, 10) : []))
  const others = storage()
  await createVolume(gateway, 'one')
  const [ofRequests = 0, ...more] = storage().filter((pid) => !others.includes(pid))
  expect(more).toEqual([])
  process.kill(ofRequests, 'SIGSTOP')
  const asked = performance.now()
  const answer = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: 'mutation { createVolume(input: { name: "two" }) { __typename } }',
    }),
  })
  expect(performance.now() - asked).toBeGreaterThan(3990)
  expect([answer.status, await answer.json()]).toMatchObject([
    503,
    {
      data: { createVolume: null },
      errors: [
        {
          message: 'the storage cannot do this now: the storage does not answer in time',
          extensions: { code: 'UNAVAILABLE' },
        },
      ],
    },
  ])
  expect(await createVolume(gateway, 'two')).toMatch(/^1v/)
  expect(await gateway.stop()).toBe(0)
})

it('a gateway without a worker ends what is overdue too', async () => {
  const env = { WORKER: 'off', OPERATION_DEADLINE: '1s' }
  const gateway = await startProcess(serve, env, { cwd: temporaryDirectory() })
  const id = await createSnapshot(gateway, await createVolume(gateway, 'example'))
  await eventually(async () =>
    expect(await read(gateway, id)).toMatchObject({
      state: 'CREATING',
      transitioning: 'ERROR',
      transitioningMessage: 'gave up after 1 s: Waiting for a worker',
    }),
  )
  expect(await gateway.stop()).toBe(0)
})

it('half a request does not hold up a stop for longer than its time', async () => {
  const gateway = await startProcess(serve, { SHUTDOWN_TIMEOUT: '4s' }, { cwd: temporaryDirectory() })
  const { port } = new URL(gateway.url)
  for (const half of [
    'POST /gra',
    'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  ]) {
    const socket = connect(Number(port), '127.0.0.1').on('error', () => {}) // it is reset in the end
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    socket.write(half)
  }
  expect((await fetch(gateway.url.replace('/graphql', '/readyz'))).status).toBe(200) // what was sent before is read
  expect(await gateway.stop()).toBe(0)
})

describe('the command line', () => {
  it('says every problem of the environment in one message, and ends with 1', async () => {
    const { status, stderr, stdout } = await run(['--port', 'x'], {
      AUTH: 'keys',
      MIN_FREE_BYTES: 'lots',
      WORKER: '1',
    })
    expect([status, stdout]).toEqual([1, ''])
    expect(stderr).toBe(`snapshot-gateway cannot start:
  PORT=x: must be a whole number from 0 to 65535
  WORKER=1: must be on or off
  AUTH=keys: keys is not available yet; only none is
  MIN_FREE_BYTES=lots: must be a size such as 500MiB or 1GiB
`)
  })

  it('tells in one line that tar is missing, or is none that will do', async () => {
    const bin = temporaryDirectory()
    const reason = async () => {
      const { status, stdout } = await run(serve, { PATH: bin, DATA_DIR: temporaryDirectory() })
      expect(status).toBe(1)
      return JSON.parse(stdout).msg
    }
    const needed = 'snapshot-gateway cannot start: GNU tar or bsdtar is needed, and this machine'
    const advice = 'install it (Debian and Alpine: the package tar)'
    expect(await reason()).toBe(`${needed} has none: ${advice}`)
    writeFileSync(join(bin, 'tar'), '#!/bin/sh\necho "tar (busybox) 1.35"\n', { mode: 0o755 })
    expect(await reason()).toBe(`${needed} has another one (tar (busybox) 1.35): ${advice}`)
  })

  it('runs from its sources too, as npm run dev does', async () => {
    const checkout = fileURLToPath(new URL('..', import.meta.url)) // where tsx is found
    const env = { DATA_DIR: join(temporaryDirectory(), 'data') }
    const gateway = await startProcess(serve, env, { cwd: checkout, main: fromSources })
    const id = await createSnapshot(gateway, await createVolume(gateway, 'example'))
    await settles(gateway, id, 'CREATED')
    expect(await gateway.stop()).toBe(0)
  })

  it('tells of a port that is in use, before any work is begun; and of a folder for volumes that is not there', async () => {
    const first = await startProcess(serve, { VOLUMES_DIR: '/nowhere' }, { cwd: temporaryDirectory() })
    const warning = 'VOLUMES_DIR is not a directory: until it is, no volume can be made or read'
    await eventually(() => expect(first.log.map(({ msg }) => msg)).toContain(warning))
    const { port } = new URL(first.url)
    const { status, stdout } = await run(['--port', port], {}, temporaryDirectory())
    expect(status).toBe(1)
    expect(stdout).toContain(
      `port ${port} of 127.0.0.1 is in use: set PORT to another, or to 0 for a free one`,
    )
    expect(stdout).not.toContain('the worker waits')
    expect(await first.stop()).toBe(0)
  })

  it('listens on localhost, whatever that is, and ends as from elsewhere', async () => {
    const gateway = await startProcess(serve, { HOST: 'localhost' }, { cwd: temporaryDirectory() })
    expect(gateway.url).toMatch(/^http:\/\/(127\.0\.0\.1|\[::1\]):\d+\/graphql$/)
    expect(await gateway.data('{ __typename }')).toEqual({ __typename: 'Query' })
    expect(await gateway.stop()).toBe(0)
  })

  it('takes a command that it does not know for a mistake, and a HOST that only serve listens on for none', async () => {
    const unknown = await run(['bogus'], {})
    expect([unknown.status, unknown.stderr.split('\n')[0]]).toEqual([1, "error: unknown command 'bogus'"])
    const cwd = temporaryDirectory()
    expect((await run(['migrate'], { HOST: '0.0.0.0' }, cwd)).status).toBe(0)
    expect((await run(['serve'], { HOST: '0.0.0.0' }, cwd)).stderr).toContain('loopback only')
    const help = await run(['--help'], {})
    for (const text of [
      'serve',
      'worker',
      'migrate',
      'snapshot-gateway serve --help lists them',
      '--data-dir is DATA_DIR',
    ])
      expect(help.stdout).toContain(text)
  })

  it('tells which database it cannot reach', async () => {
    const { status, stdout } = await run(serve, { DATABASE_URL: 'postgres://user:secret@127.0.0.1:1/x' })
    expect(status).toBe(1)
    expect(stdout).toContain('DATABASE_URL: 127.0.0.1:1/x cannot be used: connect ECONNREFUSED')
    expect(stdout).not.toContain('secret')
  })

  it('has options for all variables, which beat them, and help', async () => {
    const { status, stdout } = await run(['serve', '--help'], {})
    expect(status).toBe(0)
    for (const option of ['--host', '--data-dir', '--backup-target', '--worker-concurrency', '--no-migrate'])
      expect(stdout).toContain(option)
    const cwd = temporaryDirectory()
    const gateway = await startProcess([...serve, '--data-dir', 'elsewhere'], { DATA_DIR: 'here' }, { cwd })
    expect([existsSync(join(cwd, 'elsewhere')), existsSync(join(cwd, 'here'))]).toEqual([true, false])
    await gateway.stop()
  })

  it('waits with --no-migrate until somebody has migrated', async () => {
    const cwd = temporaryDirectory()
    const starting = startProcess(
      [...serve, '--no-migrate'],
      {},
      { cwd, until: /^waiting: the database lacks/ },
    )
    const waiting = await starting
    const ready = eventually(() =>
      expect(waiting.log.map(({ msg }) => msg)).toContainEqual(expect.stringMatching(/^ready/)),
    )
    expect((await run(['migrate'], {}, cwd)).status).toBe(0)
    await ready
    expect(await waiting.stop()).toBe(0)
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
      expect((await read(second, id)).transitioningMessage).toMatch(/^attempt 1 of 10: storage not mounted/),
    )
    expect(readdirSync(target)).toEqual([])
    writeFileSync(marker, installation) // and comes back
    await settles(second, id, 'BACKED_UP')
    expect(await second.stop()).toBe(0)
  })
})

/** Ends every lease now, as time would in half a minute. */
async function expireLeases(cwd: string) {
  const { folder, password } = JSON.parse(readFileSync(join(cwd, 'data/postgres.json'), 'utf8'))
  const { default: postgres } = await import('postgres')
  const path = join(cwd, 'data', folder, '.s.PGSQL.5432')
  const sql = postgres({ path, username: 'postgres', password, database: 'postgres', max: 1 })
  onTestFinished(() => sql.end())
  await sql`update snapshot set lease_expires = now(), run_after = now() where lease_token is not null`
}
