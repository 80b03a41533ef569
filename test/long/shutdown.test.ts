import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { connect as connectTo } from 'node:net'
import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { createVolume, serve } from '../support/main-job.ts'
import { type GatewayProcess, startProcess } from '../support/process.ts'
import { startProxy } from '../support/proxy.ts'
import { blockedBy } from '../support/row-lock.ts'
import { temporaryDirectory } from '../support/storage.ts'

interface Stage {
  gateway: GatewayProcess
  /** A connection to its database. */
  connect(): Sql
}

/** Holds a table until it is released, or its database ends. */
async function hold({ connect }: Stage, table: string) {
  const [holding, looking] = [connect(), connect()]
  onTestFinished(() =>
    Promise.all([holding, looking].map((client) => client.end({ timeout: 1 }))).then(() => {}),
  )
  await holding.unsafe(`begin; lock table ${table} in access exclusive mode`)
  const [row] = await holding`select pg_backend_pid() as pid`
  return {
    isWaitedFor: () => blockedBy(looking, row?.pid),
    release: () => holding`rollback`.catch(() => {}),
  }
}

/** The program on a database of each kind. */
const databases: [name: string, start: (env: Record<string, string>) => Promise<Stage>][] = [
  [
    'an embedded database',
    async (env) => {
      const cwd = temporaryDirectory()
      const gateway = await startProcess(serve, env, { cwd })
      const { folder, password } = JSON.parse(readFileSync(join(cwd, 'data/postgres.json'), 'utf8'))
      const path = join(cwd, 'data', folder, '.s.PGSQL.5432')
      const login = { path, username: 'postgres', password, database: 'postgres', onnotice: () => {} }
      return { gateway, connect: () => postgres({ ...login, max: 1 }) }
    },
  ],
  [
    'a database server',
    async (env) => {
      const { address } = await createTestDatabase()
      const url = await startProxy(address, (_, message) => message)
      const gateway = await startProcess(serve, { ...env, DATABASE_URL: url }, { cwd: temporaryDirectory() })
      return { gateway, connect: () => postgres(url, { max: 1, onnotice: () => {} }) }
    },
  ],
]

interface Ended {
  status?: number
  body?: string
  closes?: boolean
  /** It got no whole answer. */
  failure?: string
}

function post(url: string, agent: Agent, query: string): Promise<Ended> {
  return new Promise((resolve) => {
    const asked = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } })
    // A new connection may be one that the gateway never accepted.
    const failed = (error: NodeJS.ErrnoException) =>
      resolve({ failure: asked.reusedSocket ? `${error.code} on a known connection` : `${error.code}` })
    asked.on('error', failed)
    asked.on('response', (response) => {
      let body = ''
      response.on('data', (bytes) => {
        body += bytes
      })
      response.on('error', (error) => resolve({ failure: `${error.message} in the middle of an answer` }))
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body,
          closes: response.headers.connection === 'close',
        }),
      )
    })
    asked.end(JSON.stringify({ query }))
  })
}

describe.each(databases)('a stop, on %s', (kind, start) => {
  it('under load loses no request: each has its whole answer, and no more are accepted', async () => {
    const { gateway, connect } = await start({ WORKER_CONCURRENCY: '1' })
    await createVolume(gateway, 'example')
    const ends: Ended[] = []
    const clients = Array.from({ length: 12 }, async (_, n) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      for (let round = 0; ; round++) {
        const name = `${n}-${round}`
        const query =
          n % 3 === 0
            ? `mutation { createSnapshot(input: { volumeId: "1v1", name: "${name}" }) { ... on Snapshot { name } } }`
            : '{ snapshots(first: 5) { nodes { id name volume { name } } } }'
        const ended = await post(gateway.url, agent, query)
        ends.push(ended)
        if (ended.failure) break
      }
      agent.destroy()
    })
    await eventually(() => expect(ends.length).toBeGreaterThan(100))
    const before = ends.length
    const stopped = gateway.stop()
    await Promise.all(clients)
    expect(await stopped).toBe(0)

    const failures = ends.flatMap(({ failure }) => failure ?? [])
    expect(failures).toHaveLength(12) // the one that ended each client
    for (const failure of failures) expect(failure).toMatch(/^(ECONNREFUSED|ECONNRESET)$/)
    const answers = ends.filter(({ failure }) => !failure)
    // One that was sent late on a connection that nothing was sent on before is told to try again.
    for (const { status, body } of answers)
      expect([status, body]).toEqual([
        expect.toBeOneOf([200, 503]),
        expect.stringMatching(
          status === 200 ? /^\{"data":.*\}$/s : /"the gateway is stopping; try again soon"/,
        ),
      ])
    expect(answers.length).toBeGreaterThan(before)
    expect(answers.filter(({ closes }) => closes).length).toBeGreaterThan(0)
    if (kind === 'an embedded database') return // it has ended too
    const made = answers.flatMap(
      ({ body = '' }) => /"createSnapshot":\{"name":"([^"]+)"/.exec(body)?.[1] ?? [],
    )
    const client = connect()
    onTestFinished(() => client.end())
    const kept = await client`select name from snapshot`
    expect(kept.map(({ name }) => name).sort()).toEqual(made.sort())
    expect(await client`select from snapshot where lease_token is not null`).toHaveLength(0)
  })

  it('ends what hangs on a lock: UNAVAILABLE, its statement cancelled, and 0 in time', async () => {
    const env = { SHUTDOWN_TIMEOUT: '3s', STATEMENT_TIMEOUT: '60s', WORKER: 'off' }
    const stage = await start(env)
    const { gateway } = stage
    const { isWaitedFor, release } = await hold(stage, 'account')
    const hanging = post(gateway.url, new Agent({ keepAlive: true }), '{ viewer { account { id } } }')
    await isWaitedFor()
    const asked = performance.now()
    const stopped = gateway.stop()
    const { status, body } = await hanging
    expect([status, body]).toEqual([503, expect.stringContaining('the gateway is stopping; try again soon')])
    await release()
    expect(await stopped).toBe(0)
    expect(performance.now() - asked).toBeLessThan(3000)
  })

  it('that is asked for twice is one at once', async () => {
    const { gateway } = await start({ SHUTDOWN_TIMEOUT: '60s', WORKER: 'off' })
    const { port } = new URL(gateway.url)
    const half = connectTo(Number(port), '127.0.0.1').on('error', () => {})
    onTestFinished(() => void half.destroy())
    await once(half, 'connect')
    half.write('POST /graphql HTTP/1.1\r\nHost: x\r\n')
    expect((await fetch(new URL('/healthz', gateway.url))).status).toBe(200) // what was sent before is read
    const first = gateway.stop()
    await eventually(() => expect(gateway.log.at(-1)?.msg).toBe('stopping; the same again ends at once'))
    const asked = performance.now()
    gateway.process.kill('SIGTERM')
    expect(await first).toBe(1)
    expect(performance.now() - asked).toBeLessThan(5000)
  })
})
