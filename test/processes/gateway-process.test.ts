import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { type IncomingMessage, request } from 'node:http'
import { connect } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { isRunning } from '../../src/database/embedded/process-identity.ts'
import { eventually } from '../support/eventually.ts'
import { createSnapshot, createVolume, read, serve } from '../support/main-job.ts'
import { run, startProcess } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'

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
    'POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
  ]) {
    const socket = connect(Number(port), '127.0.0.1').on('error', () => {}) // it is reset in the end
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    socket.write(half)
  }
  expect((await fetch(gateway.url.replace('/graphql', '/readyz'))).status).toBe(200) // what was sent before is read
  expect(await gateway.stop()).toBe(0)
})

it('what requests may be is as it was set', async () => {
  const gateway = await startProcess(
    [...serve, '--allowed-hosts', 'gateway.example', '--rate-limit', '3'],
    { MAX_BODY: '1KiB', TRUSTED_PROXIES: '127.0.0.0/8' },
    { cwd: temporaryDirectory() },
  )
  const post = async (host: string, query: string, from: string) => {
    const headers = { host, 'content-type': 'application/json', 'x-forwarded-for': from }
    const sending = request(gateway.url, { method: 'POST', headers }).end(JSON.stringify({ query }))
    const [response] = (await once(sending, 'response')) as [IncomingMessage]
    response.resume()
    return response.statusCode
  }
  const asks: [host: string, query: string, from: string, status: number][] = [
    ['evil.example', '{ __typename }', '1.1.1.1', 421],
    ['gateway.example', '{ __typename }', '1.1.1.1', 200],
    ['localhost', '{ __typename }', '1.1.1.1', 200],
    ['localhost', `{ __typename } # ${'x'.repeat(1024)}`, '1.1.1.1', 413],
    ['localhost', '{ __typename }', '1.1.1.1', 429],
    ['localhost', '{ __typename }', '2.2.2.2', 200],
  ]
  for (const [host, query, from, status] of asks)
    expect([host, from, await post(host, query, from)]).toEqual([host, from, status])
  expect(await gateway.stop()).toBe(0)
})
