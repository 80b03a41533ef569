import { sql } from 'drizzle-orm'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AccountScope } from '../src/database/account-scope.ts'
import { connect } from '../src/database/database.ts'
import { createServer } from '../src/http/server.ts'
import { createMetrics } from '../src/metrics/create-metrics.ts'
import { lastSuccessStatement, readLastSuccesses } from '../src/metrics/last-success.ts'
import { queueStatement } from '../src/metrics/queue.ts'
import { StorageError } from '../src/storage/driver.ts'
import { startDeadlines } from '../src/worker/start-deadlines.ts'
import { startSweeper } from '../src/worker/start-sweeper.ts'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { createFakeDriver } from './support/fake-driver.ts'
import { anyStorage } from './support/gateway.ts'
import { recordLog } from './support/log-lines.ts'
import { readMetrics } from './support/metrics.ts'
import { rowMaker } from './support/rows.ts'
import { createWorkbench } from './support/worker.ts'

const bench = await createWorkbench()
const { database } = bench
const make = rowMaker(database)

/** A gateway that counts, on a pool of its own. */
function counting({
  accountId = 1n,
  role = 'ADMIN' as 'ADMIN' | 'OPERATOR',
  pool = 4,
  statementTimeout = 0.3,
  address = database.address,
} = {}) {
  const metrics = createMetrics({ version: '1.2.3' })
  const watched = connect(address, { pool, statementTimeout, observer: metrics.statements })
  metrics.watchDatabase(watched, 3600)
  const { log } = recordLog()
  const server = createServer({
    log,
    handles: { storage: anyStorage, operationDeadline: 3600, events: database.events },
    authenticate: () => ({
      scope: new AccountScope(watched.handle, accountId),
      role,
      actor: null,
      name: 'test',
    }),
    isReady: async () => true,
    observer: metrics.requests,
    metrics,
  })
  onTestFinished(async () => {
    await server.close()
    await watched.close()
  })
  const post = async (query: string) =>
    (await server.inject({ method: 'POST', url: '/graphql', payload: { query } })).json()
  return { metrics, server, watched, post, read: () => readMetrics(metrics) }
}

describe('/metrics', () => {
  it('is text for Prometheus', async () => {
    const { server } = counting()
    const response = await server.inject('/metrics')
    expect([response.statusCode, response.headers['content-type']]).toEqual([
      200,
      'text/plain; version=0.0.4; charset=utf-8',
    ])
    expect(response.body).toContain('snapshot_gateway_build_info{version="1.2.3"} 1\n')
    for (const name of [
      'nodejs_eventloop_lag_p99_seconds',
      'process_resident_memory_bytes',
      'nodejs_version_info',
    ])
      expect(response.body).toContain(`\n${name}`)
  })

  it.each([
    ['the administrator of account 1', 1n, 'ADMIN', 200],
    ['another role of account 1', 1n, 'OPERATOR', 403],
    ['the administrator of another account', 2n, 'ADMIN', 403],
  ] as const)('asked for by %s', async (_, accountId, role, status) => {
    const response = await counting({ accountId, role }).server.inject('/metrics')
    expect(response.statusCode).toBe(status)
    if (status === 403) {
      expect(response.json().errors).toEqual([
        { message: 'this needs the role ADMIN in account 1a1', extensions: { code: 'FORBIDDEN' } },
      ])
      expect(response.body).not.toContain('snapshot_gateway_')
    }
  })

  it('of two gateways in one process are two', async () => {
    const [one, two] = [counting(), counting()]
    await one.post('{ viewer { role } }')
    const labels = { method: 'POST', route: '/graphql', status: '200' }
    expect((await one.read()).value('snapshot_gateway_http_requests_total', labels)).toBe(1)
    expect((await two.read()).value('snapshot_gateway_http_requests_total', labels)).toBeUndefined()
  })
})

describe('requests are counted', () => {
  it('by method, route and status, of which there are few whatever is asked', async () => {
    const { server, read } = counting()
    for (let n = 0; n < 20; n++) await server.inject(`/nothing/${n}`)
    await server.inject({ method: 'POST', url: '/graphql', payload: { query: '{ __typename }' } })
    await server.inject({ method: 'PUT', url: '/graphql', payload: {} })
    await server.inject('/graphql/assets/none')
    await server.inject('/graphql/assets/nothing')
    const { all } = await read()
    expect(all('snapshot_gateway_http_requests_total')).toEqual([
      [{ method: 'GET', route: 'none', status: '404' }, 22],
      [{ method: 'POST', route: '/graphql', status: '200' }, 1],
      [{ method: 'PUT', route: '/graphql', status: '405' }, 1],
    ])
    expect(all('snapshot_gateway_http_request_duration_seconds_count')).toContainEqual([
      { method: 'POST', route: '/graphql' },
      1,
    ])
  })

  it('with the errors of answers, and what came of mutations', async () => {
    const { post, read } = counting()
    const volume = await make.volume()
    const create = (key: string) =>
      `createSnapshot(input: { volumeId: "1v${volume}", idempotencyKey: "${key}" }) { __typename }`
    await post('{ nope }')
    await post('{ snapshots(first: 5000) { totalCount } }')
    await post(`mutation { ${create('metrics')} }`)
    await post(`mutation { ${create('metrics')} }`)
    await post('mutation { removeSnapshot(input: { id: "1s99999" }) { __typename } }')
    const { all, value } = await read()
    expect(all('snapshot_gateway_graphql_errors_total')).toEqual([
      [{ code: 'GRAPHQL_VALIDATION_FAILED' }, 1],
      [{ code: 'BAD_USER_INPUT' }, 1],
    ])
    expect(all('snapshot_gateway_mutations_total')).toEqual([
      [{ operation: 'snapshot.create', outcome: 'accepted' }, 1],
      [{ operation: 'snapshot.create', outcome: 'replayed' }, 1],
      [{ operation: 'snapshot.remove', outcome: 'refused' }, 1],
    ])
    expect(value('snapshot_gateway_mutation_refusals_total', { code: 'NOT_FOUND' })).toBe(1)
  })
})

describe('statements are counted', () => {
  it('by kind, with their time, inside of transactions too', async () => {
    const {
      watched: { db },
      read,
    } = counting()
    await db.execute(sql`select pg_sleep(0.05)`)
    await db.transaction(async (tx) => {
      await tx.execute(sql`select 1`)
      await tx.transaction((inner) => inner.execute(sql`update account set name = name`))
    })
    await db.execute(sql`insert into account (name, volumes_root) select 'x', 'x' where false`)
    await db.execute(sql`with one as (select 1) select * from one`)
    await db.execute(sql`with one as (select 'x'), two as (insert into account (name, volumes_root)
      select 'x', 'x' where false returning id) select * from one, two`)
    const { value } = await read()
    const count = (statement: string) =>
      value('snapshot_gateway_sql_statement_duration_seconds_count', { statement })
    // With the look at the queue.
    expect([count('select'), count('update'), count('insert'), count('begin')]).toEqual([4, 1, 2, 1])
    expect(
      value('snapshot_gateway_sql_statement_duration_seconds_sum', { statement: 'select' }),
    ).toBeGreaterThan(0.05)
  })

  it('by what they failed of', async () => {
    const {
      watched: { db },
      read,
    } = counting()
    await db.execute(sql`select pg_sleep(5)`).catch(() => {})
    await db.execute(sql`select nonsense`).catch(() => {})
    const away = counting({ address: { url: 'postgres://u:p@127.0.0.1:1/x' } })
    await away.watched.db.execute(sql`select 1`).catch(() => {})
    const reasons = async ({ all }: Awaited<ReturnType<typeof read>>) =>
      Object.fromEntries(
        all('snapshot_gateway_sql_errors_total').map(([{ reason }, count]) => [reason, count]),
      )
    expect(await reasons(await read())).toEqual({ timeout: 1, unavailable: 0, other: 1 })
    expect(await reasons(await away.read())).toMatchObject({ timeout: 0, other: 0 })
    expect((await reasons(await away.read())).unavailable).toBeGreaterThan(0)
  })

  it('while they are under way too: the pool, and what waits for it', async () => {
    const {
      watched: { db },
      read,
    } = counting({ pool: 2, statementTimeout: 10 })
    const pool = async () => {
      const { value } = await read()
      const names = ['database_pool_size', 'database_pool_in_use', 'database_pool_waiting', 'database_up']
      return names.map((name) => value(`snapshot_gateway_${name}`))
    }
    let goOn = () => {}
    const gate = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const held = Array.from({ length: 5 }, () => db.transaction(() => gate))
    // The look at the queue waits too, and gives up.
    expect(await pool()).toEqual([2, 2, 4, 0])
    goOn()
    await Promise.all(held)
    await eventually(async () => expect(await pool()).toEqual([2, 0, 0, 1]))
  })
})

describe('work is counted', () => {
  it('as a real worker does it: what was accepted, each attempt, how it ended, and when it last succeeded', async () => {
    const { metrics, post, read } = counting()
    const before = Date.now() / 1000
    const { driver } = await bench.work({ observer: metrics.work })
    const mutate = async (field: string) =>
      (await post(`mutation { result: ${field} { ... on Node { id } } }`)).data.result.id
    const create = () => mutate('createSnapshot(input: { volumeId: "1v1" })')
    const first = await create()
    ;(await driver.next()).fail(new StorageError('DISK_FULL', 'full', { retryable: true }))
    await (await driver.next()).succeed()
    await bench.reaches(first, { state: 'CREATED' })
    await mutate(`backupSnapshot(input: { id: "${first}" })`)
    ;(await driver.next()).fail(new StorageError('DAMAGED', 'damaged', { retryable: false }))
    await bench.reaches(first, { transitioning: 'ERROR' })
    const second = await create()
    await driver.next()
    await mutate(`removeSnapshot(input: { id: "${second}" })`)
    await (await driver.next()).succeed()
    await bench.reaches(second, { state: 'REMOVED' })

    await eventually(async () => {
      const { all } = await read()
      const counted = (name: string, label: string) =>
        Object.fromEntries(
          all(name).flatMap(([labels, n]) => (n > 0 ? [[`${labels.operation} ${labels[label]}`, n]] : [])),
        )
      expect(counted('snapshot_gateway_operations_total', 'outcome')).toEqual({
        'snapshot.create done': 1,
        'snapshot.create cancelled': 1,
        'snapshot.backup failed': 1,
        'snapshot.remove done': 1,
      })
      expect(counted('snapshot_gateway_attempts_total', 'ending')).toEqual({
        'snapshot.create retry': 1,
        'snapshot.create done': 1,
        'snapshot.create cancelled': 1,
        'snapshot.backup failed': 1,
        'snapshot.remove done': 1,
      })
      expect(counted('snapshot_gateway_mutations_total', 'outcome')).toEqual({
        'snapshot.create accepted': 2,
        'snapshot.backup accepted': 1,
        'snapshot.remove accepted': 1,
      })
    })
    const { all, value } = await read()
    expect(value('snapshot_gateway_attempt_duration_seconds_count', { operation: 'snapshot.create' })).toBe(3)
    const succeeded = all('snapshot_gateway_last_success_timestamp_seconds')
    expect(succeeded.map(([labels]) => labels)).toEqual([
      { driver: 'vfs', operation: 'snapshot.create' },
      { driver: 'vfs', operation: 'snapshot.remove' },
    ])
    for (const [, seconds] of succeeded) expect(seconds).toBeGreaterThanOrEqual(before)
  })

  it('at its deadline', async () => {
    const { metrics, read } = counting()
    await make.snapshot(1n, { state: 'backing-up', transitioning: 'yes', deadline: '2020-01-01T00:00:00Z' })
    const { log } = recordLog()
    const deadlines = startDeadlines({ db: database.db, operationDeadline: 60, log, observer: metrics.work })
    onTestFinished(() => deadlines.close())
    await eventually(async () =>
      expect(
        (await read()).value('snapshot_gateway_operations_total', {
          operation: 'snapshot.backup',
          outcome: 'overdue',
        }),
      ).toBe(1),
    )
  })

  it('of the sweeper: what it found, and when it ended', async () => {
    const { metrics, read } = counting()
    const driver = createFakeDriver()
    driver.listFolders = async (root) => {
      if (root === 'backups')
        throw new StorageError('NOT_MOUNTED', 'storage not mounted', { retryable: true })
      return ['a']
    }
    driver.listFiles = async (_, folder) =>
      folder === 'a' ? [{ name: 'x', kind: 'other', uuid: null, leaseToken: null, idleSeconds: 1 }] : []
    const { log } = recordLog()
    const sweeper = startSweeper({
      eventRetention: 30 * 86_400,
      database,
      storage: new Map([['vfs', driver]]),
      log,
      observer: metrics.work,
    })
    onTestFinished(() => sweeper.close())
    await eventually(async () => {
      const { value } = await read()
      const of = (name: string) => value(`snapshot_gateway_sweeper_${name}`, { driver: 'vfs' })
      expect([of('unknown_files'), of('failed_files'), of('deleted_files_total')]).toEqual([1, 1, 0])
      expect(of('last_end_timestamp_seconds')).toBeGreaterThan(1.7e9)
    })
  })

  it('that hangs: storage processes, by pool', async () => {
    const { metrics, read } = counting()
    let stuck = 0
    metrics.watchStorage('work', () => stuck)
    stuck = 3
    expect((await read()).value('snapshot_gateway_storage_stuck_processes', { pool: 'work' })).toBe(3)
  })
})

describe('what waits in the database', () => {
  it('is told of all accounts: what is due, leased and delayed, and how old the oldest is', async () => {
    const own = await createTestDatabase()
    const rows = rowMaker(own)
    const [other] = await own.client`insert into account (name, volumes_root) values ('o', 'o') returning id`
    const volume = await rows.volume()
    const theirs = await rows.volume({ account_id: other?.id })
    const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString()
    const leased = { lease_token: crypto.randomUUID(), lease_expires: ago(-30), run_after: ago(-30) }
    const accepted = (seconds: number) => ({
      transitioning: 'yes',
      created: ago(seconds),
      deadline: ago(seconds - 3600),
    })
    await rows.snapshot(volume, { state: 'requested', ...accepted(100) })
    await rows.snapshot(theirs, { account_id: other?.id, state: 'creating', ...accepted(500), ...leased })
    await rows.snapshot(volume, { state: 'creating', ...accepted(5), run_after: ago(-60) })
    const done = await rows.snapshot(volume, { state: 'backing-up', ...accepted(50), created: ago(9999) })
    await rows.backup(volume, done, {
      state: 'removing',
      ...accepted(7),
      created: ago(9999),
      lease_expires: ago(1),
    })
    for (const transitioning of ['no', 'error'])
      await rows.snapshot(volume, { state: 'created', transitioning })
    const { all } = await counting({ address: own.address }).read()
    const told = Object.fromEntries(
      all('snapshot_gateway_queue_rows').map(([{ operation, state }, n]) => [`${operation} ${state}`, n]),
    )
    expect(told).toEqual({
      'snapshot.create due': 1,
      'snapshot.create leased': 1,
      'snapshot.create delayed': 1,
      'snapshot.backup due': 1,
      'snapshot.backup leased': 0,
      'snapshot.backup delayed': 0,
      'snapshot.remove due': 0,
      'snapshot.remove leased': 0,
      'snapshot.remove delayed': 0,
      'backup.remove due': 1,
      'backup.remove leased': 0,
      'backup.remove delayed': 0,
    })
    const ages = Object.fromEntries(
      all('snapshot_gateway_queue_oldest_age_seconds').map(([{ operation }, seconds]) => [
        operation,
        Math.round(seconds / 10) * 10,
      ]),
    )
    expect(ages).toEqual({
      'snapshot.create': 500,
      'snapshot.backup': 50,
      'snapshot.remove': 0,
      'backup.remove': 10,
    })
  })

  it('is one statement for all who ask at a time', async () => {
    const { server, metrics } = counting()
    await Promise.all(Array.from({ length: 5 }, () => server.inject('/metrics')))
    const { value } = await readMetrics(metrics)
    expect(value('snapshot_gateway_sql_statement_duration_seconds_count', { statement: 'select' })).toBe(2)
  })

  it('is left out where the database is away: the rest is told all the same', async () => {
    const { server, read } = counting({ address: { url: 'postgres://u:p@127.0.0.1:1/x' } })
    expect((await server.inject('/metrics')).statusCode).toBe(200)
    const { value, all } = await read()
    expect(value('snapshot_gateway_database_up')).toBe(0)
    expect([
      ...all('snapshot_gateway_queue_rows'),
      ...all('snapshot_gateway_queue_oldest_age_seconds'),
    ]).toEqual([])
    expect(value('snapshot_gateway_database_pool_size')).toBe(4)
  })

  it('is found by the index of what is due, however many rows are settled', async () => {
    const own = await createTestDatabase()
    const rows = rowMaker(own)
    const volume = await rows.volume()
    await own.client`insert into snapshot (account_id, state, transitioning, volume_id, created)
      select 1, 'created', 'no', ${String(volume)}, now() - n * interval '1 minute' from generate_series(1, 5000) n`
    await own.client`insert into backup (account_id, state, transitioning, snapshot_id, volume_id, key, size_bytes, checksum)
      select account_id, 'created', 'no', id, volume_id, 'k', 1, 'c' from snapshot`
    await rows.snapshot(volume, { state: 'creating', transitioning: 'yes' })
    await own.client`analyze`
    const planOf = async (statement: ReturnType<typeof queueStatement>) =>
      (await own.db.execute(sql`explain (costs off) ${statement}`)).map((row) => row['QUERY PLAN']).join('\n')
    const queue = await planOf(queueStatement(60))
    expect(queue).toContain('snapshot_due')
    expect(queue).toContain('backup_due')
    expect(queue).not.toContain('Seq Scan')
    // That of the last successes looks at the youngest of each account.
    const successes = await planOf(lastSuccessStatement())
    expect(successes).toContain('snapshot_live_')
    expect(successes).toContain('backup_live_created')
    expect(successes).not.toMatch(/Seq Scan on (snapshot|backup)/)
  })

  it('has the last successes of before a start', async () => {
    const own = await createTestDatabase()
    const rows = rowMaker(own)
    const [other] = await own.client`insert into account (name, volumes_root) values ('o', 'o') returning id`
    const volume = await rows.volume()
    const theirs = await rows.volume({ account_id: other?.id })
    await rows.snapshot(volume, { created: '2026-01-01T00:00:10Z' })
    await rows.snapshot(volume, { created: '2026-01-01T00:00:20Z', state: 'backed-up' })
    await rows.snapshot(volume, {
      created: '2026-01-01T00:00:30Z',
      state: 'creating',
      transitioning: 'error',
    })
    const of = await rows.snapshot(theirs, { account_id: other?.id, created: '2026-01-01T00:00:15Z' })
    await rows.backup(theirs, of, { account_id: other?.id, created: '2026-01-01T00:01:00Z' })
    const since = Date.parse('2026-01-01T00:00:00Z') / 1000
    const found = await readLastSuccesses(own.db)
    expect(found.sort((a, b) => a.seconds - b.seconds)).toEqual([
      { driver: 'vfs', work: 'snapshot.create', seconds: since + 20 },
      { driver: 'vfs', work: 'snapshot.backup', seconds: since + 60 },
    ])
    const { metrics, read } = counting({ address: own.address })
    const { log } = recordLog()
    metrics.work.lastSucceeded({ driver: 'vfs', work: 'snapshot.create', seconds: since + 99 })
    await metrics.readLastSuccesses(own.db, log)
    expect((await read()).all('snapshot_gateway_last_success_timestamp_seconds')).toEqual([
      [{ driver: 'vfs', operation: 'snapshot.create' }, since + 99],
      [{ driver: 'vfs', operation: 'snapshot.backup' }, since + 60],
    ])
  })
})
