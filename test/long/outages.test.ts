import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import postgres, { type Sql } from 'postgres'
import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startLoad } from '../support/load.ts'
import { createVolume, serve } from '../support/main-job.ts'
import {
  expectListening,
  expectMasked,
  expectOutageToldOnce,
  expectWhole,
  makeVolume,
  median,
  readiness,
} from '../support/outage.ts'
import { startOwnPostgres } from '../support/own-postgres.ts'
import { startProcess } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'

describe('a database that is away for 20 s under load', () => {
  it.each(['fast', 'immediate', 'kill'] as const)('(%s) is done without, and gone on with', async (how) => {
    const server = await startOwnPostgres()
    const cwd = temporaryDirectory()
    makeVolume(cwd)
    const gateway = await startProcess(serve, { DATABASE_URL: server.url, WORKER_CONCURRENCY: '4' }, { cwd })
    await createVolume(gateway, 'db')
    const load = startLoad(gateway.url, { readers: 12, writers: 3 })
    await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(10))
    expect(await readiness(gateway)).toBe(200)

    await server.stop(how)
    const down = performance.now()
    while (performance.now() < down + 20_000) {
      expect(await readiness(gateway)).toBe(503)
      await pause(250)
    }
    const up = performance.now()
    await server.start()
    await eventually(async () => expect(await readiness(gateway)).toBe(200))
    const back = performance.now()
    const before = load.acknowledged.size
    await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(before + 10))
    await load.end()

    expectMasked(load.asked)
    const refused = load.asked.filter(({ at, ms }) => at > down && at + ms < up)
    expect(refused.map(({ status }) => status)).not.toContain(200)
    const times = refused.map(({ ms }) => ms)
    expect(median(times)).toBeLessThan(1000)
    console.log(
      `${how}: ${refused.length} requests refused, in ${Math.round(median(times))} ms (median), ${Math.round(Math.max(...times))} ms at most;`,
      `ready ${Math.round(back - up)} ms after the start; ${load.acknowledged.size} snapshots created`,
    )
    await expectWhole(load, server.ask, cwd)
    await expectListening(server.ask)
    await expectOutageToldOnce(gateway)
    expect(await gateway.stop()).toBe(0)
  })
})

describe('an embedded database that is killed under load', () => {
  it.each(['the postmaster', 'every process'])('(%s) is started again, and gone on with', async (which) => {
    const cwd = temporaryDirectory()
    makeVolume(cwd)
    const gateway = await startProcess(serve, {}, { cwd })
    await createVolume(gateway, 'db')
    const ask = async <R>(work: (sql: Sql) => Promise<R>) => {
      const { folder, password } = JSON.parse(readFileSync(join(cwd, 'data/postgres.json'), 'utf8'))
      const path = join(cwd, 'data', folder, '.s.PGSQL.5432')
      const sql = postgres({ path, username: 'postgres', password, database: 'postgres', max: 1 })
      return work(sql).finally(() => sql.end())
    }
    const load = startLoad(gateway.url, { readers: 10, writers: 2 })
    await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(10))
    const pid = Number(readFileSync(join(cwd, 'data/postgres/data/postmaster.pid'), 'utf8').split('\n')[0])
    const backends = execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
    for (const victim of [pid, ...(which === 'every process' ? backends.trim().split('\n').map(Number) : [])])
      process.kill(victim, 'SIGKILL')
    await eventually(
      () => expect(gateway.log.map(({ msg }) => msg)).toContain('the embedded database is back'),
      60_000,
    )
    await eventually(async () => expect(await readiness(gateway)).toBe(200))
    const before = load.acknowledged.size
    await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(before + 10))
    await load.end()
    expectMasked(load.asked)
    await expectWhole(load, ask, cwd)
    await expectListening(ask)
    await expectOutageToldOnce(gateway)
    expect(await gateway.stop()).toBe(0)
  })
})

it('a database that hangs is not ready, is UNAVAILABLE to every client, and is gone on with', async () => {
  const server = await startOwnPostgres()
  const cwd = temporaryDirectory()
  makeVolume(cwd)
  const env = { DATABASE_URL: server.url, STATEMENT_TIMEOUT: '2s', DATABASE_POOL: '3' }
  const gateway = await startProcess(serve, env, { cwd })
  await createVolume(gateway, 'db')
  const load = startLoad(gateway.url, { readers: 6, writers: 2 })
  await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(5))
  server.freeze()
  const frozen = performance.now()
  const refused = () => load.asked.filter(({ at, status }) => at > frozen && status === 503)
  await eventually(async () => expect(await readiness(gateway)).toBe(503))
  // More than there are clients and connections: none waits for what it has sent.
  await eventually(() => expect(refused().length).toBeGreaterThan(30), 60_000)
  server.thaw()
  await eventually(async () => expect(await readiness(gateway)).toBe(200))
  const before = load.acknowledged.size
  await eventually(() => expect(load.acknowledged.size).toBeGreaterThan(before + 5), 60_000)
  await load.end()
  // What was sent before it hung may have been given up by STATEMENT_TIMEOUT when it went on.
  for (const { status, text } of load.asked)
    expect(status === 200 || /"code":"(UNAVAILABLE|TOO_COSTLY)"/.test(text), text).toBe(true)
  await expectWhole(load, server.ask, cwd)
  expect(await gateway.stop()).toBe(0)
})
