import { sql } from 'drizzle-orm'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AccountScope } from '../../src/database/account-scope.ts'
import { connect } from '../../src/database/database.ts'
import { createServer } from '../../src/http/server.ts'
import { eventually } from '../support/eventually.ts'
import { anyStorage } from '../support/gateway.ts'
import { ask, startLoad } from '../support/load.ts'
import { createSnapshot, createVolume, serve, settles } from '../support/main-job.ts'
import { expectListening, expectMasked, expectWhole, makeVolume, readiness } from '../support/outage.ts'
import { startOwnPostgres } from '../support/own-postgres.ts'
import { startProcess } from '../support/process.ts'
import { blockedBy, lockRow } from '../support/row-lock.ts'
import { temporaryDirectory } from '../support/storage.ts'
import { createWorkbench } from '../support/worker.ts'

const { database, work, take, reaches, rowOf } = await createWorkbench()

describe('a database that goes away', () => {
  it('under load, killed with every process, is done without; then all goes on, and nothing is lost or done twice', async () => {
    const server = await startOwnPostgres()
    const cwd = temporaryDirectory()
    makeVolume(cwd)
    const gateway = await startProcess(serve, { DATABASE_URL: server.url }, { cwd })
    await createVolume(gateway, 'db')
    const load = startLoad(gateway.url, { readers: 4, writers: 2 })
    await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(3))
    await server.stop('kill')
    const down = performance.now()
    await eventually(() => expect(load.asked.filter(({ at }) => at > down).length).toBeGreaterThan(20))
    expect(await readiness(gateway)).toBe(503)
    const up = performance.now()
    await server.start()
    await eventually(async () => expect(await readiness(gateway)).toBe(200))
    const before = load.acknowledged.size
    await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(before + 3))
    await load.end()

    const refused = load.asked.filter(({ at, ms }) => at > down && at + ms < up)
    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set([503]))
    expectMasked(load.asked)
    await expectWhole(load, server.ask, cwd)
    await expectListening(server.ask)
    expect(gateway.log.filter(({ msg }) => msg === 'a request failed')).toEqual([])
    expect(await gateway.stop()).toBe(0)
  })

  it('just after a claim costs no attempt', async () => {
    let failures = 2
    const select = (fields?: object) => {
      if (fields && 'accountRoot' in fields && failures-- > 0)
        throw Object.assign(new Error('closed'), { code: 'CONNECTION_CLOSED' })
      return database.db.select(fields as never)
    }
    const db = new Proxy(database.db, {
      get: (target, name) => (name === 'select' ? select : Reflect.get(target, name)),
    })
    const { driver } = await work({ database: { ...database, db } })
    const id = await take()
    await (await driver.next()).succeed()
    await reaches(id, { state: 'CREATED' })
    expect(failures).toBe(-1)
    expect(await rowOf(id)).toMatchObject({ attempt: 1 })
  })

  it('is UNAVAILABLE, not a fault, also where a request asks it who its caller is', async () => {
    const away = connect({ url: 'postgres://u:secret@127.0.0.1:1/x' }, { pool: 1, statementTimeout: 5 })
    const logged: { level: number; msg: string }[] = []
    const server = createServer({
      log: pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) }),
      handles: { storage: anyStorage, operationDeadline: 60, events: database.events },
      authenticate: async () => {
        await away.db.execute(sql`select 1`)
        return { scope: new AccountScope(away.handle, 1n), role: 'ADMIN', actor: null, name: 'test' }
      },
      isReady: async () => false,
    })
    onTestFinished(() => server.close().then(away.close))
    const answer = await server.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query: '{ __typename }' },
    })
    expect([answer.statusCode, answer.headers['retry-after'], answer.json()]).toEqual([
      503,
      '5',
      {
        errors: [
          {
            message: 'the database is not available now; try again soon',
            extensions: { code: 'UNAVAILABLE' },
          },
        ],
        extensions: { requestId: answer.headers['x-request-id'] },
      },
    ])
    expect(logged.filter(({ level }) => level >= 40)).toEqual([])
  })
})

describe('a flood of requests that wait', () => {
  it('does not hold up the work', async () => {
    const server = await startOwnPostgres()
    const cwd = temporaryDirectory()
    makeVolume(cwd)
    const env = { DATABASE_URL: server.url, DATABASE_POOL: '2', STATEMENT_TIMEOUT: '20s' }
    const gateway = await startProcess(serve, env, { cwd })
    const volume = await createVolume(gateway, 'db')
    await server.ask(async (sql) => {
      const id = await createSnapshot(gateway, volume)
      await settles(gateway, id, 'CREATED')
      const lock = await lockRow(sql, 'volume', '1')
      const flood = Array.from({ length: 20 }, () =>
        ask(gateway.url, 'mutation { updateVolume(input: { id: "1v1", description: "x" }) { __typename } }'),
      )
      await server.ask((other) => blockedBy(other, lock.pid))
      // Due work, as a mutation that was accepted before has left it.
      await server.ask(
        (other) => other`
          update snapshot set state = 'requested', transitioning = 'yes', run_after = now(), checksum = null, size_bytes = null,
            uuid = gen_random_uuid(), attempt = 0, deadline = now() + interval '1 hour' where id = ${id.slice(2)}`,
      )
      await eventually(async () =>
        expect(await server.ask((other) => other`select state, attempt from snapshot`)).toEqual([
          { state: 'created', attempt: 1 },
        ]),
      )
      await lock.release()
      for (const { status } of await Promise.all(flood)) expect(status).toBe(200)
    })
    expect(await gateway.stop()).toBe(0)
  })
})

it('pauses of a server that starts or stops are waited out', async () => {
  const server = await startOwnPostgres()
  const { db, close } = connect({ url: server.url }, { pool: 3, statementTimeout: 5 })
  onTestFinished(close)
  await server.stop('fast')
  const up = sql`select 1 as up`
  await expect(db.execute(up)).rejects.toMatchObject({ cause: { code: 'CONNECTION_FAILED' } })
  const starting = server.start()
  await eventually(async () => expect(await db.execute(up)).toEqual([{ up: 1 }]))
  await starting
})
