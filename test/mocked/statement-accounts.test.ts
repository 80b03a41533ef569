import { getTableColumns, getTableName, isTable, type Table } from 'drizzle-orm'
import { pino } from 'pino'
import { expect, it, vi } from 'vitest'
import { createAccount } from '../../src/accounts/create-account.ts'
import { listAccounts } from '../../src/accounts/list-accounts.ts'
import { findAccount } from '../../src/auth/jwt/find-account.ts'
import { createKey } from '../../src/auth/keys/create-key.ts'
import { listKeys } from '../../src/auth/keys/list-keys.ts'
import { revokeKey } from '../../src/auth/keys/revoke-key.ts'
import { startAuthentication } from '../../src/auth/start-authentication.ts'
import { AccountScope } from '../../src/database/account-scope.ts'
import { connect } from '../../src/database/database.ts'
import { IdempotencyKeys } from '../../src/database/idempotency-keys.ts'
import * as tables from '../../src/database/tables.ts'
import { EventFeed } from '../../src/events/feed.ts'
import { startOrdering } from '../../src/events/start-ordering.ts'
import { Loaders } from '../../src/graphql/loaders.ts'
import { readLastSuccesses } from '../../src/metrics/last-success.ts'
import { readQueue } from '../../src/metrics/queue.ts'
import { StorageError, type StoredFile } from '../../src/storage/driver.ts'
import { startDeadlines } from '../../src/worker/start-deadlines.ts'
import { startSweeper } from '../../src/worker/start-sweeper.ts'
import { startWorker } from '../../src/worker/start-worker.ts'
import { accountBindings } from '../support/account-bindings.ts'
import { createTestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { createFakeDriver } from '../support/fake-driver.ts'
import { createTestGateway } from '../support/gateway.ts'
import { basic } from '../support/keys.ts'
import { asker } from '../support/rancher-v1.ts'
import { rowMaker } from '../support/rows.ts'
import { type LoggedStatement, startStatementLog } from '../support/statement-log.ts'
import { listening, openStream } from '../support/streams.ts'
import { allCoordinates, coordinatesOf, selectAll } from '../support/tour.ts'

// Every statement is read on the wire, where none can be sent beside it. Those over a table of accounts bind each of
// its references to the caller's account, or are one of these.

interface Exception {
  name: string
  by: 'requests' | 'work' | 'nobody'
  statement: RegExp
}
const exceptions: Exception[] = [
  {
    name: "the roots of other accounts' volumes, which no volume may be near",
    by: 'requests',
    statement: /^select volumes_root from account where id <> \$1 and volumes_root <> ''$/,
  },
  {
    name: 'the claim',
    by: 'work',
    statement:
      /^(with "changed" as \()?with "next" as \(select .* skip locked\) update "(snapshot|backup)" set .* "lease_token" = gen_random_uuid\(\)/,
  },
  {
    name: 'the claim: which queue is next',
    by: 'work',
    statement:
      /^select \$1::int as queue, head\.\* from \(select .* skip locked\) as head order by account_id, run_after limit 1$/,
  },
  {
    name: 'deadlines',
    by: 'work',
    statement:
      /^(?:with "changed" as \()?with "batch" as \(select .*\."deadline" < now\(\)\) limit \$1 for update skip locked\) update "(snapshot|backup)" set /,
  },
  {
    name: 'deadlines: work that nobody takes up',
    by: 'work',
    statement:
      /^with "batch" as \(select .*\."run_after" < now\(\) - .* for update skip locked\) update "(snapshot|backup)" set "transitioning_message" = \$4 from "batch" where /,
  },
  {
    name: 'the sweeper',
    by: 'work',
    statement:
      /^select .* from "(snapshot|backup)" inner join "volume" on .* where "(snapshot|backup)"\."(uuid|backup_uuid)" in \(/,
  },
  { name: 'events come into the history', by: 'work', statement: /^with history as materialized / },
  {
    name: 'events for all who watch',
    by: 'work',
    statement: /^select .* from "snapshot_event" where \(id \+ 0\) > /,
  },
  { name: 'expired events', by: 'work', statement: /^with oldest as \(select id, at from "snapshot_event" / },
  {
    name: 'expired keys',
    by: 'work',
    statement:
      /^delete from idempotency_key where ctid = any\(array\( select ctid from idempotency_key where created < now\(\) - interval '24 hours' limit \$1\)\) returning 1$/,
  },
  {
    name: 'the look-up that authenticates: a key',
    by: 'nobody',
    statement:
      /^select .* from "api_key" inner join "account" on .* where \("api_key"\."access_key" = \$1 and "api_key"\."revoked" is null\)$/,
  },
  {
    name: 'the look-up that authenticates: the account of a token',
    by: 'nobody',
    statement: /^select "id", "volumes_root" from "account" where "account"\."uuid" = \$1$/,
  },
  {
    name: 'the look-up that authenticates: whether there are keys at all',
    by: 'nobody',
    statement: /^select "role" from "api_key" where "api_key"\."revoked" is null limit \$1$/,
  },
  { name: 'metrics: the queue', by: 'nobody', statement: /^select work, count\(\*\) filter \(where due\)/ },
  {
    name: 'metrics: the last successes',
    by: 'nobody',
    statement: /^select driver, work, extract\(epoch from max\(created\)\)/,
  },
  {
    name: 'the commands of the administrator: accounts',
    by: 'nobody',
    statement: /^select .* from "account" order by "account"\."id"$|^insert into "account" /,
  },
  {
    name: 'the commands of the administrator: keys',
    by: 'nobody',
    statement:
      /^select [^()]* from "api_key" order by [^()]*$|^update "api_key" set "revoked" = .* where "api_key"\."access_key" = \$1 /,
  },
]

/** The tables with rows of accounts, new ones as well. */
const names = new Set(
  Object.values<unknown>(tables)
    .filter((table): table is Table => isTable(table))
    .filter((table) => table === tables.account || 'accountId' in getTableColumns(table))
    .map((table) => getTableName(table)),
)

const used = new Set<string>()
vi.mock(import('../../src/graphql/loaders.ts'), async (original) => {
  const module = await original()
  const createLoaders: typeof module.createLoaders = (scope) =>
    new Proxy(module.createLoaders(scope), {
      get: (target, name) => {
        used.add(`loader ${String(name)}`)
        const value = Reflect.get(target, name)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  return { ...module, createLoaders }
})

/** Follows which methods of a class are used. */
function follow(type: { prototype: object }): string[] {
  const methods: string[] = []
  for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(type.prototype))) {
    if (name === 'constructor') continue
    methods.push(name)
    const mark = (original: (...args: unknown[]) => unknown) =>
      function (this: unknown, ...args: unknown[]) {
        used.add(name)
        return original.apply(this, args)
      }
    const { value, get } = property
    Object.defineProperty(type.prototype, name, {
      ...property,
      ...(value && { value: mark(value) }),
      ...(get && { get: mark(get) }),
    })
  }
  return methods
}

const silent = pino({ level: 'silent' })
const database = await createTestDatabase()
await database.client`insert into account (name, volumes_root) values ('other', 'other'), ('third', 'third')`
const make = rowMaker(database)
const mine = { account_id: 2 }

/** Statements as they are told: one line each. */
const plain = ({ text }: LoggedStatement) => text.replace(/\s+/g, ' ').trim()

/** The statements that bind no account, and are no exception; which exceptions there were. */
function unbound(statements: LoggedStatement[], by: Exception['by'], account: string | null) {
  const wrong = new Set<string>()
  const excepted = new Set<string>()
  for (const statement of statements) {
    const references = accountBindings(statement.text, names)
    const isBound = references.every(({ account: parameter }) => {
      const value = parameter === null ? undefined : statement.values[Number(parameter.slice(1)) - 1]
      return value !== undefined && (account === null || value === account)
    })
    if (isBound) continue
    const exception = exceptions.find(
      (exception) => exception.by === by && exception.statement.test(plain(statement)),
    )
    if (exception) excepted.add(exception.name)
    else wrong.add(`${plain(statement)} ${JSON.stringify(references)} ${JSON.stringify(statement.values)}`)
  }
  return { wrong: [...wrong], excepted: [...excepted].sort() }
}

const exceptionsOf = (by: Exception['by']) =>
  exceptions
    .filter((exception) => exception.by === by)
    .map(({ name }) => name)
    .sort()

it('every statement of a request binds the account of the caller, whatever is asked', async () => {
  const log = await startStatementLog(database.address)
  const through = connect(log.address, { pool: 4, statementTimeout: 30 })
  const methods = [...follow(AccountScope), ...follow(IdempotencyKeys)]
  const gateway = createTestGateway({ ...database, ...through }, { accountId: 2n })

  const [volume, snapshot] = [await make.volume(mine), 0n]
  const taken = snapshot || (await make.snapshot(volume, { ...mine, state: 'backed-up' }))
  const [created, requested] = [await make.snapshot(volume, mine), await make.snapshot(volume, mine)]
  const backup = await make.backup(volume, taken, mine)
  const lease_token = crypto.randomUUID()
  const leased = await make.snapshot(volume, {
    ...mine,
    state: 'creating',
    transitioning: 'yes',
    lease_token,
  })
  const documents: string[] = []
  const ask = async (document: string) => {
    documents.push(document)
    return gateway.data(document)
  }

  const whole = (type: string) => selectAll(type, 2)
  const page = (type: string, filter: string, cursor: string) => [
    `(first: 2, after: "${cursor}", filter: { ${filter} }, orderBy: { field: CREATED, direction: ASC }) ${selectAll(`${type}Connection`, 2)}`,
    `(last: 1, before: "${cursor}", orderBy: { field: CREATED, direction: ASC }) ${selectAll(`${type}Connection`, 1)}`,
  ]
  const cursorOf = async (list: string) => {
    const order = 'orderBy: { field: CREATED, direction: ASC }'
    return (await ask(`{ ${list}(first: 1, ${order}) { pageInfo { startCursor } } }`))[list].pageInfo
      .startCursor
  }
  const text = '{ eq: "a", in: ["a"], contains: "a", startsWith: "a" }'
  const times =
    'createdAfter: "2020-01-01T00:00:00Z", createdBefore: "2100-01-01T00:00:00Z", removed: INCLUDE'
  const ofSnapshots = `volumeId: ["1v${volume}"], state: [CREATED], transitioning: [NO], name: ${text}, ${times}`
  const ofBackups = `volumeId: ["1v${volume}"], snapshotId: ["1s${taken}"], state: [CREATED], transitioning: [NO], ${times}`
  const snapshotPages = page('Snapshot', ofSnapshots, await cursorOf('snapshots'))

  const { latestCursor: start } = (await ask('{ snapshotEvents { latestCursor } }')).snapshotEvents
  await ask(`mutation { updateSnapshot(input: { id: "1s${taken}", name: "n" }) { __typename } }`)

  const queries: Record<string, string[]> = {
    viewer: [whole('Viewer')],
    snapshotEvents: [
      `(first: 2, after: "${start}", filter: { snapshotId: ["1s${taken}"], volumeId: ["1v${volume}"], to: [CREATED], kind: [UPDATE] }) ${whole('SnapshotEventConnection')}`,
      `(last: 2, before: "${start}") ${whole('SnapshotEventConnection')}`,
    ],
    awaitSnapshot: [
      `(id: "1s${taken}", until: [BACKED_UP], timeoutSeconds: 1) ${whole('AwaitSnapshotResult')}`,
    ],
    node: ['1s', '1v', '1b', '1se']
      .map((id) => `(id: "${id}${volume}") ${whole('Node')}`)
      .concat(`(id: "1a2") { id ... on Account { name } }`),
    nodes: [`(ids: ["1s${taken}", "1v${volume}", "1b${backup}", "1a2"]) ${whole('Node')}`],
    snapshot: [`(id: "1s${taken}") ${whole('Snapshot')}`],
    snapshots: snapshotPages,
    volume: snapshotPages.map((page) => `(id: "1v${volume}") { actions { available } snapshots${page} }`),
    volumes: page(
      'Volume',
      `name: ${text}, driver: ["vfs"], state: [ACTIVE], ${times}`,
      await cursorOf('volumes'),
    ),
    backup: [`(id: "1b${backup}") ${whole('Backup')}`],
    backups: page('Backup', ofBackups, await cursorOf('backups')),
  }
  for (const [field, ways] of Object.entries(queries)) for (const way of ways) await ask(`{ ${field}${way} }`)

  const { latestCursor: end } = (await ask('{ snapshotEvents { latestCursor } }')).snapshotEvents
  for (const bounds of [`first: 1, after: "${start}"`, `last: 1, before: "${end}"`])
    await ask(`{ snapshot(id: "1s${taken}") { events(${bounds}) { nodes { id } } } }`)
  const watch = `subscription { snapshotEvents(after: "${start}", filter: { snapshotId: ["1s${taken}"] }) ${whole('SnapshotEventDelivery')} }`
  documents.push(watch)
  const stream = await openStream(await listening(gateway), watch)
  await stream.delivery()
  expect((await stream.delivery()).event.kind).toBe('UPDATE')
  stream.cut()

  // Each mutation done, replayed, refused for its key, and refused for what it asks of.
  const mutations: [field: string, input: string][] = [
    ['createVolume', 'name: "new", description: "d", driver: "vfs", path: "new"'],
    ['updateVolume', `id: "1v${volume}", name: "renamed", description: "d"`],
    ['createSnapshot', `volumeId: "1v${volume}", name: "n", description: "d"`],
    ['updateSnapshot', `id: "1s${created}", name: "n", description: "d"`],
    ['backupSnapshot', `id: "1s${created}"`],
    ['removeSnapshot', `id: "1s${requested}"`],
    ['removeSnapshot', `id: "1s${leased}"`],
    ['removeBackup', `id: "1b${backup}"`],
    ['removeVolume', `id: "1v${await make.volume(mine)}"`],
  ]
  for (const [index, [field, input]] of mutations.entries()) {
    const result = selectAll(`${field[0]?.toUpperCase()}${field.slice(1)}Result`, 2)
    for (const key of [`"${index}"`, `"${index}"`, '"0"', 'null'])
      await ask(`mutation { ${field}(input: { ${input}, idempotencyKey: ${key} }) ${result} }`)
  }
  await through.close()
  log.close()

  const { wrong, excepted } = unbound(log.statements, 'requests', '2')
  expect(wrong).toEqual([])
  expect(excepted).toEqual(exceptionsOf('requests'))

  // Nothing was left out, and nothing new can be.
  const visited = new Set(documents.flatMap(coordinatesOf))
  expect(allCoordinates().filter((coordinate) => !visited.has(coordinate))).toEqual([])
  const loaders = Object.getOwnPropertyNames(Loaders.prototype)
    .filter((name) => name !== 'constructor')
    .map((name) => `loader ${name}`)
  expect(loaders.length).toBeGreaterThan(5)
  expect([...methods, ...loaders].filter((name) => !used.has(name))).toEqual([])
})

it('every statement of a request of /v1 binds the account of the caller, whatever is asked', async () => {
  const log = await startStatementLog(database.address)
  const through = connect(log.address, { pool: 4, statementTimeout: 30 })
  const ask = asker(createTestGateway({ ...database, ...through }, { accountId: 2n }))
  const volume = await make.volume(mine)
  const ids: Record<string, string> = {
    volume: `1v${volume}`,
    snapshot: `1s${await make.snapshot(volume, mine)}`,
    account: '1a2',
  }
  ids.backup = `1b${await make.backup(volume, BigInt(String(ids.snapshot).slice(2)), mine)}`
  const valuesOf: Record<string, string> = { date: '2026-01-02', int: '5', boolean: 'false' }

  // All that the schemas offer.
  const { body: schemas } = await ask('GET', '/v1/schemas')
  const types = schemas.data.filter(({ id }: { id: string }) => id in ids)
  expect(types).toHaveLength(4)
  for (const { id, pluralName, collectionFilters, includeableLinks, resourceFields } of types) {
    const own = `/v1/${pluralName}/${ids[id]}`
    const queries = [
      '',
      '?limit=1',
      '?removed_notnull=1',
      ...includeableLinks.map((link: string) => `?include=${link}`),
    ]
    for (const [field, { modifiers }] of Object.entries<{ modifiers: string[] }>(collectionFilters)) {
      const [, of] =
        /^reference\[(.*)\]$/.exec(field === 'id' ? `reference[${id}]` : resourceFields[field].type) ?? []
      const value = (of === undefined ? valuesOf[resourceFields[field].type] : ids[of]) ?? 'a'
      queries.push(
        `?sort=${field}&order=desc`,
        ...modifiers.map((modifier) => `?${field}_${modifier}=${value}`),
      )
    }
    for (const query of queries) {
      const reply = await ask('GET', `/v1/${pluralName}${query}`)
      expect([query, reply.status]).toEqual([query, 200])
      const { next } = reply.body.pagination
      if (next) expect((await ask('GET', next.replace('http://localhost:80', ''))).status).toBe(200)
    }
    const { body } = await ask('GET', own)
    for (const link of Object.values<string>(body.links))
      expect((await ask('GET', new URL(link).pathname)).status).toBe(200)
    for (const link of includeableLinks) expect((await ask('GET', `${own}?include=${link}`)).status).toBe(200)
  }
  const changes = [
    ['POST', '/v1/volumes', { name: 'of v1' }],
    ['POST', '/v1/snapshots', { volumeId: ids.volume, name: 'n' }],
    ['PUT', `/v1/volumes/${ids.volume}`, { name: 'also of v1' }],
    ['PUT', `/v1/snapshots/${ids.snapshot}`, { description: 'd' }],
    ['POST', `/v1/snapshots/${ids.snapshot}/?action=backup`, {}],
    ['DELETE', `/v1/snapshots/${ids.snapshot}`, undefined],
    ['POST', `/v1/backups/${ids.backup}/?action=remove`, {}],
    ['DELETE', `/v1/volumes/1v${await make.volume(mine)}`, undefined],
  ] as const
  for (const [method, url, body] of changes)
    expect([url, (await ask(method, url, body && { body })).status < 300]).toEqual([url, true])
  await through.close()
  log.close()
  expect(log.statements.length).toBeGreaterThan(200)
  expect(unbound(log.statements, 'requests', '2').wrong).toEqual([])
})

it('every statement of the work binds the account of its row, those over all accounts aside', async () => {
  const log = await startStatementLog(database.address)
  const through = connect(log.address, { pool: 8, statementTimeout: 30 })
  const gateway = createTestGateway(database, { accountId: 2n })
  const act = (mutation: string, id: string) =>
    gateway.data(`mutation { ${mutation}(input: { id: "${id}" }) { __typename } }`)
  const reaches = (id: string, state: string) =>
    eventually(async () =>
      expect(
        (await gateway.data(`{ node(id: "${id}") { ... on Resource { stateName } } }`)).node.stateName,
      ).toBe(state),
    )
  await database.client`update snapshot set state = 'removed', removed = now(), transitioning = 'no'`
  await database.client`update backup set state = 'removed', removed = now(), transitioning = 'no'`

  const driver = createFakeDriver()
  const worker = await startWorker({
    database: through,
    storage: new Map([['vfs', driver]]),
    concurrency: 2,
    log: silent,
    timing: { lease: 30, renewal: 0.05, trust: 20 },
    poll: 0.05,
  })
  const volume = await make.volume(mine)
  const { createSnapshot } = await gateway.data(
    `mutation { createSnapshot(input: { volumeId: "1v${volume}" }) { ... on Snapshot { id } } }`,
  )
  const id: string = createSnapshot.id
  ;(await driver.next()).fail(new StorageError('DISK_FULL', 'full', { retryable: true }))
  const taking = await driver.next()
  taking.work.onProgress(50)
  const renewal =
    /^update "snapshot" set "run_after" = now\(\) \+ \$1 \* interval '1 second', "lease_expires" = /
  await eventually(() => expect(log.statements.filter(({ text }) => renewal.test(text))).not.toEqual([]))
  await taking.succeed()
  await reaches(id, 'created')
  await act('backupSnapshot', id)
  ;(await driver.next()).fail(new StorageError('DAMAGED_BACKUP', 'damaged', { retryable: true }))
  await (await driver.next()).succeed()
  await reaches(id, 'backed-up')
  const { node } = await gateway.data(`{ node(id: "${id}") { ... on Snapshot { backup { id } } } }`)
  await act('removeSnapshot', id)
  await (await driver.next()).succeed()
  await reaches(id, 'removed')
  await act('removeBackup', node.backup.id)
  await (await driver.next()).succeed()
  await reaches(node.backup.id, 'removed')
  // Failed for good, with the copy that it leaves; used up; and given back.
  const failing = await make.snapshot(volume, { ...mine, checksum: 'c' })
  await act('backupSnapshot', `1s${failing}`)
  ;(await driver.next()).fail(new StorageError('UNREADABLE', 'no', { retryable: false }))
  await reaches(`1s${failing}`, 'created')
  await act('removeSnapshot', `1s${failing}`)
  for (const _ of ['the archive', 'the copy']) await (await driver.next()).succeed()
  await reaches(`1s${failing}`, 'removed')
  await make.snapshot(volume, { ...mine, state: 'creating', transitioning: 'yes', attempt: 10 })
  await make.snapshot(volume, { ...mine, state: 'creating', transitioning: 'yes' })
  await driver.next()
  await worker.close()

  const [row] = await database.client`
    insert into snapshot (account_id, volume_id, state, transitioning, run_after, deadline)
    values (2, ${String(volume)}, 'requested', 'yes', '2020-01-01', '2020-01-01') returning uuid`
  await database.client`insert into idempotency_key (account_id, key, mutation, input_hash, resource_id, created)
    values (2, 'old', 'm', 'h', 1, '2020-01-01')`
  const found = [
    { name: 'x', kind: 'archive', uuid: row?.uuid, leaseToken: null, idleSeconds: 0 } as StoredFile,
  ]
  const swept = createFakeDriver()
  const feed = await EventFeed.open({ database: through, log: silent, poll: 0.1 })
  await feed.join({ accountId: 2n, wants: () => true })
  const upkeep = [
    startDeadlines({ db: through.db, operationDeadline: 60, log: silent }),
    startOrdering({ database: through, log: silent }),
    { close: () => feed.close() },
    startSweeper({
      eventRetention: 30 * 86_400,
      database: through,
      storage: new Map([['vfs', { ...swept, listFiles: async () => found }]]),
      log: silent,
    }),
  ]
  const isDone = (exception: Exception) =>
    log.statements.some((statement) => exception.statement.test(plain(statement)))
  await eventually(() =>
    expect(exceptions.filter(({ by }) => by === 'work').filter((exception) => !isDone(exception))).toEqual(
      [],
    ),
  )
  await Promise.all(upkeep.map(({ close }) => close()))
  await through.close()
  log.close()

  const { wrong, excepted } = unbound(log.statements, 'work', null)
  expect(wrong).toEqual([])
  expect(excepted).toEqual(exceptionsOf('work'))
})

it('what nobody in an account asks is asked by name: who calls, what is measured, what the administrator does', async () => {
  const log = await startStatementLog(database.address)
  const through = connect(log.address, { pool: 4, statementTimeout: 30 })
  const { db } = through
  const other = await createAccount(
    through.handle,
    { name: 'fourth', volumesRoot: 'fourth' },
    async () => null,
  )
  await listAccounts(db)
  const { accessKey, secret } = await createKey(db, { accountId: other.id, role: 'ADMIN', name: null })
  await listKeys(db)
  await listKeys(db, other.id)
  const { authenticate, close } = await startAuthentication(
    { mode: 'keys' },
    { database: through, log: silent },
  )
  const authorization = basic({ accessKey, secret })
  expect((await authenticate({ headers: { authorization } } as never)).scope.accountId).toBe(other.id)
  await close()
  expect(await findAccount(db, other.uuid)).toMatchObject({ accountId: other.id })
  await revokeKey(db, accessKey)
  await readQueue(db, 60)
  await readLastSuccesses(db)
  await through.close()
  log.close()

  const { wrong, excepted } = unbound(log.statements, 'nobody', null)
  expect(wrong).toEqual([])
  expect(excepted).toEqual(exceptionsOf('nobody'))
})
