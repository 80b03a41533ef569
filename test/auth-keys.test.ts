import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Authenticate } from '../src/auth/caller.ts'
import { authenticateKeys } from '../src/auth/keys/authenticate-keys.ts'
import { revokeKey } from '../src/auth/keys/revoke-key.ts'
import { connect } from '../src/database/database.ts'
import { createServer } from '../src/http/server.ts'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { anyStorage } from './support/gateway.ts'
import { basic, makeKey, startKeys } from './support/keys.ts'
import { administer } from './support/postgres.ts'

const database = await createTestDatabase()
await database.client`insert into account (name, volumes_root) values ('other', 'tenants/other')`
const key = await makeKey(database)
/** Long enough that nothing is forgotten because of its age. */
const forever = { lifetime: 3600 }
const wrong = { ...key, secret: 'A'.repeat(43) }
const unknown = { ...key, accessKey: '0'.repeat(20) }

/** A web server behind keys, and what it logs. */
function serve(authenticate: Authenticate) {
  const logged: Record<string, unknown>[] = []
  const lines: string[] = []
  const write = (line: string) => {
    lines.push(line)
    logged.push(JSON.parse(line))
  }
  const log = pino({}, { write })
  const handles = { storage: anyStorage, operationDeadline: 60, events: database.events }
  const corsOrigins = ['https://console.example']
  const server = createServer({ log, handles, authenticate, corsOrigins, isReady: async () => true })
  onTestFinished(() => server.close())
  const ask = (authorization?: string, query = '{ viewer { role account { id } } }') =>
    server.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query },
      headers: { 'x-request-id': 'my-id', ...(authorization !== undefined && { authorization }) },
    })
  return { server, ask, logged, lines }
}
const statusOf = async ({ ask }: ReturnType<typeof serve>, authorization?: string) =>
  (await ask(authorization)).statusCode

describe('a key', () => {
  it('lets in, as Basic and as Bearer, with its role and its account', async () => {
    const { authenticate } = await startKeys(database.address)
    const { ask } = serve(authenticate)
    const other = await makeKey(database, 'VIEWER', 2n)
    for (const [{ accessKey, secret }, role, id] of [
      [key, 'ADMIN', '1a1'],
      [other, 'VIEWER', '1a2'],
    ] as const)
      for (const authorization of [
        basic({ accessKey, secret }),
        basic({ accessKey, secret }).replace('Basic', 'bASIC  '),
        `Bearer ${accessKey}:${secret}`,
        `bearer ${accessKey}:${secret}`,
      ]) {
        const response = await ask(authorization)
        expect([response.statusCode, response.json()]).toEqual([
          200,
          { data: { viewer: { role, account: { id } } } },
        ])
        expect(response.headers['www-authenticate']).toBeUndefined()
      }
  })

  it('is who acts, on the volumes root of its account', async () => {
    const { authenticate } = await startKeys(database.address)
    const other = await makeKey(database, 'OPERATOR', 2n)
    const caller = await authenticate({ headers: { authorization: basic(other) } })
    expect(caller).toMatchObject({ role: 'OPERATOR', actor: other.accessKey })
    expect([caller.scope.accountId, caller.scope.volumesRoot]).toEqual([2n, 'tenants/other'])
    const { ask } = serve(authenticate)
    const admin = basic(await makeKey(database, 'ADMIN', 2n))
    const made = await ask(
      admin,
      'mutation { createVolume(input: { name: "db" }) { ... on Volume { uri } } }',
    )
    expect(made.json().data).toEqual({ createVolume: { uri: 'file:///volumes/tenants/other/db' } })
  })

  it('has a secret of 32 random bytes, of which the table has but the SHA-256', async () => {
    const { accessKey, secret } = await makeKey(database)
    expect(accessKey).toMatch(/^[0-9A-F]{20}$/)
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32)
    expect(secret).toMatch(/^[\w-]{43}$/)
    const [row] =
      await database.client`select *, api_key::text as whole from api_key where access_key = ${accessKey}`
    expect(row?.secret_hash).toEqual(createHash('sha256').update(secret).digest())
    expect(row?.whole).not.toContain(secret)
    expect(row?.whole).not.toContain(Buffer.from(secret).toString('hex'))
    const more = await Promise.all(Array.from({ length: 20 }, () => makeKey(database)))
    expect(new Set(more.flatMap((each) => [each.accessKey, each.secret])).size).toBe(40)
  })

  it('is found by an index, however many there are', async () => {
    await database.client`insert into account (name, volumes_root) select 'n' || n, 'n' || n from generate_series(1, 2000) n`
    await database.client`
      insert into api_key (account_id, access_key, secret_hash, role)
      select 3 + n % 2000, 'many' || n, sha256(n::text::bytea), 'VIEWER' from generate_series(1, 20000) n`
    await database.client`analyze account, api_key`
    const { authenticate, statements } = await startKeys(database.address)
    await authenticate({ headers: { authorization: basic(key) } })
    expect(statements).toHaveLength(1)
    const plan = await database.client.unsafe(`explain ${statements[0]}`, [key.accessKey])
    const text = plan.map((line) => line['QUERY PLAN']).join('\n')
    expect(text).toContain('Index Scan using api_key_access_key')
    expect(text).not.toContain('Seq Scan')
  })
})

describe('whoever has no key that lets in', () => {
  const refusal = {
    errors: [
      {
        message: 'A valid access key and its secret are needed, by HTTP Basic or Bearer.',
        extensions: { code: 'UNAUTHENTICATED' },
      },
    ],
    extensions: { requestId: 'my-id' },
  }
  const reasons = {
    form: 'no access key and secret by Basic or Bearer',
    none: 'no access key of ours',
    unknown: 'the access key is unknown or revoked',
    wrong: 'the secret is wrong',
  }
  it.each([
    ['nothing', undefined, null],
    ['a wrong secret', basic(wrong), reasons.wrong],
    ['a wrong secret, as Bearer', `Bearer ${key.accessKey}:x`, reasons.wrong],
    ['no secret', `Bearer ${key.accessKey}:`, reasons.wrong],
    ['more than the secret', basic({ ...key, secret: `${key.secret}:` }), reasons.wrong],
    ['an unknown access key', basic(unknown), reasons.unknown],
    [
      'an access key in small letters',
      basic({ ...key, accessKey: key.accessKey.toLowerCase() }),
      reasons.none,
    ],
    ['the secret for the access key', basic({ accessKey: key.secret, secret: key.accessKey }), reasons.none],
    ['another scheme', `Digest ${key.accessKey}:${key.secret}`, reasons.form],
    ['a scheme alone', 'Basic', reasons.form],
    ['no colon', 'Basic YWJj', reasons.form],
  ])('hears nothing but that: %s', async (_, authorization, reason) => {
    const { authenticate } = await startKeys(database.address)
    const { ask, logged, lines } = serve(authenticate)
    const response = await ask(authorization)
    expect([response.statusCode, response.json()]).toEqual([401, refusal])
    expect(response.headers).toMatchObject({
      'www-authenticate': 'Basic realm="snapshot-gateway", charset="UTF-8"',
      'x-request-id': 'my-id',
    })
    const refused = logged.filter(({ msg }) => msg === 'a credential was refused')
    const accessKey =
      reason === reasons.wrong ? key.accessKey : reason === reasons.unknown ? unknown.accessKey : null
    expect(refused).toMatchObject(
      reason === null
        ? []
        : [{ level: 40, reqId: 'my-id', ip: '127.0.0.1', reason, ...(accessKey && { accessKey }) }],
    )
    expect(JSON.stringify(logged)).not.toContain(key.secret)
    for (const line of lines) expect(line.split('"reqId":')).toHaveLength(2) // once: JSON.parse takes the last
    expect(logged.at(-1)).toMatchObject({ msg: 'request', status: 401 })
  })

  it('gets GraphiQL, health and the root, and nothing else', async () => {
    const { authenticate } = await startKeys(database.address)
    const { server } = serve(authenticate)
    const html = { accept: 'text/html,*/*' }
    const status = async (
      url: string,
      method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'OPTIONS' = 'GET',
      headers = {},
    ) => (await server.inject({ url, method, headers })).statusCode
    expect(await status('/graphql', 'GET', html)).toBe(200)
    expect(await status('/graphql?query={viewer{role}}', 'GET', html)).toBe(200)
    expect(await status('/graphql', 'HEAD', html)).toBe(200)
    expect(await status('/graphql/assets/start.js')).toBe(200)
    expect([await status('/', 'GET', html), await status('/')]).toEqual([302, 200])
    expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 200])
    expect([await status('/nothing'), await status('/graphql', 'PUT')]).toEqual([404, 405])
    for (const url of ['/graphql', '/graphql?query={__typename}', '/graphql?query={viewer{role}}']) {
      expect(await status(url)).toBe(401)
      expect(await status(url, 'HEAD')).toBe(401)
      expect(await status(url, 'POST')).toBe(401)
    }
    // A browser asks before it sends the credential.
    const preflight = { origin: 'https://console.example', 'access-control-request-method': 'POST' }
    expect(await status('/graphql', 'OPTIONS', preflight)).toBe(204)
    const refused = await server.inject({ method: 'POST', url: '/graphql', headers: preflight })
    expect([refused.statusCode, refused.headers['access-control-allow-origin']]).toEqual([
      401,
      preflight.origin,
    ])
  })

  it('is refused before the body is read', async () => {
    const { authenticate } = await startKeys(database.address)
    const { server } = serve(authenticate)
    const send = async (authorization: string) =>
      (
        await server.inject({
          method: 'POST',
          url: '/graphql',
          payload: '{',
          headers: { authorization, 'content-type': 'application/json' },
        })
      ).statusCode
    expect([await send(basic(wrong)), await send(basic(key))]).toEqual([401, 400])
  })

  it('is told the same of every header there can be, and never that the gateway fails', async () => {
    const { authenticate } = await startKeys(database.address)
    const gateway = serve(authenticate)
    const text = fc.string({ unit: 'binary', maxLength: 80 })
    const latin1 = fc.string({
      unit: fc.integer({ min: 1, max: 255 }).map((code) => String.fromCharCode(code)),
    })
    const pair = fc
      .tuple(fc.constantFrom(key.accessKey, unknown.accessKey, '', '\0'), text)
      .map((parts) => parts.join(':'))
    const header = fc.oneof(
      latin1,
      text.map((value) => `Basic ${Buffer.from(value).toString('base64')}`),
      pair.map((value) => `Basic ${Buffer.from(value).toString('base64')}`),
      fc.uint8Array().map((value) => `Basic ${Buffer.from(value).toString('base64')}`),
      fc
        .tuple(fc.constantFrom('Basic', 'Bearer', 'basic:', 'Bearer\t'), latin1)
        .map((parts) => parts.join(' ')),
    )
    await fc.assert(
      fc.asyncProperty(header, async (authorization) => {
        expect(await statusOf(gateway, authorization)).toBe(401)
      }),
      { numRuns: 150 },
    )
  })
})

describe('what is remembered', () => {
  it('saves statements: one for many requests, also at the same time', async () => {
    const { authenticate, statements } = await startKeys(database.address, forever)
    const call = () => authenticate({ headers: { authorization: basic(key) } })
    await Promise.all(Array.from({ length: 50 }, call))
    for (let n = 0; n < 50; n++) await call()
    expect(statements).toHaveLength(1)
  })

  it('is a key that was found alone: an unknown one and a wrong secret cost a statement each time', async () => {
    const { authenticate, statements } = await startKeys(database.address, forever)
    const gateway = serve(authenticate)
    const statuses: number[] = []
    for (const credential of [unknown, unknown, wrong, key, wrong, wrong])
      statuses.push(await statusOf(gateway, basic(credential)))
    expect(statuses).toEqual([401, 401, 401, 200, 401, 401])
    expect(statements).toHaveLength(5) // the key itself was found with the wrong secret
    expect(await statusOf(gateway, basic(key))).toBe(200)
    expect(new Set(statements).size).toBe(1)
    expect(statements).toHaveLength(5)
  })

  it('is forgotten after its time', async () => {
    const { authenticate, statements } = await startKeys(database.address, { lifetime: 0.05 })
    const call = () => authenticate({ headers: { authorization: basic(key) } })
    await call()
    await eventually(async () => {
      await call()
      expect(statements.length).toBeGreaterThan(1)
    })
  })
})

describe('a key that is revoked', () => {
  it('is refused at once, in every process that remembers it', async () => {
    const [one, two] = [
      await startKeys(database.address, forever),
      await startKeys(database.address, forever),
    ]
    const [here, there] = [serve(one.authenticate), serve(two.authenticate)]
    const [doomed, kept] = [await makeKey(database), await makeKey(database)]
    for (const gateway of [here, there])
      for (const each of [doomed, kept]) expect(await statusOf(gateway, basic(each))).toBe(200)
    expect(await revokeKey(database.db, doomed.accessKey)).toMatchObject({
      accessKey: doomed.accessKey,
      revoked: expect.any(String),
    })
    for (const gateway of [here, there])
      await eventually(async () => expect(await statusOf(gateway, basic(doomed))).toBe(401))
    const asked = [one, two].map(({ statements }) => statements.length)
    for (const gateway of [here, there]) expect(await statusOf(gateway, basic(kept))).toBe(200)
    expect([one, two].map(({ statements }) => statements.length)).toEqual(asked)
  })

  it('stays revoked since when it was, and tells those again that have missed it', async () => {
    const doomed = await makeKey(database)
    const first = await revokeKey(database.db, doomed.accessKey)
    expect(await revokeKey(database.db, doomed.accessKey)).toEqual(first)
    expect(await revokeKey(database.db, unknown.accessKey)).toBeNull()
  })

  it('is refused too where the notification was lost with its connection', async () => {
    const { authenticate } = await startKeys(database.address, forever)
    const gateway = serve(authenticate)
    const doomed = await makeKey(database)
    expect(await statusOf(gateway, basic(doomed))).toBe(200)
    await database.client`update api_key set revoked = now() where access_key = ${doomed.accessKey}`
    expect(await statusOf(gateway, basic(doomed))).toBe(200)
    const [ended] = await database.client`
      select count(pg_terminate_backend(pid)) from pg_stat_activity
      where datname = current_database() and query like 'listen%'`
    expect(Number(ended?.count)).toBe(1)
    await eventually(async () => expect(await statusOf(gateway, basic(doomed))).toBe(401))
  })

  it('is refused at once also after the database was away for a while', async () => {
    const own = await createTestDatabase()
    const [row] = await own.client`select current_database() as name`
    const { authenticate } = await startKeys(own.address, forever)
    const gateway = serve(authenticate)
    const doomed = await makeKey(own)
    const open = (allowed: boolean) =>
      administer(database.address, (sql) =>
        sql.unsafe(`alter database ${row?.name} with allow_connections ${allowed}`),
      )
    await open(false)
    await administer(
      database.address,
      (sql) => sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = ${row?.name}`,
    )
    await eventually(async () => expect(await statusOf(gateway, basic(doomed))).toBeGreaterThanOrEqual(500))
    await open(true)
    await eventually(async () => expect(await statusOf(gateway, basic(doomed))).toBe(200))
    await eventually(async () => {
      const listening = await own.client`
        select from pg_stat_activity where datname = current_database() and query like 'listen%'`
      expect(listening).toHaveLength(1)
    })
    await revokeKey(own.db, doomed.accessKey)
    await eventually(async () => expect(await statusOf(gateway, basic(doomed))).toBe(401))
  })
})

describe('a database that does not answer', () => {
  const unavailable = (response: {
    statusCode: number
    headers: object
    json(): { errors: { extensions: { code: string } }[] }
  }) =>
    expect([response.statusCode, response.json().errors[0]?.extensions.code, response.headers]).toMatchObject(
      [503, 'UNAVAILABLE', { 'retry-after': '5' }],
    )

  it('is UNAVAILABLE, where it is away', async () => {
    const away = connect({ url: 'postgres://u:secret@127.0.0.1:1/x' }, { pool: 1, statementTimeout: 1 })
    onTestFinished(() => away.close())
    const { authenticate, close } = await authenticateKeys({ ...away, client: database.client })
    onTestFinished(close)
    const { ask, logged } = serve(authenticate)
    const response = await ask(basic(key))
    unavailable(response)
    expect(response.body).not.toContain('secret')
    // It would be told of each request; the pool tells of it once.
    expect(logged.filter(({ level }) => Number(level) >= 40)).toEqual([])
    expect(JSON.stringify(logged)).not.toContain(key.secret)
    expect(await statusOf({ ask } as never, undefined)).toBe(401) // it is not asked
  })

  it.each([
    ['gives the statement up', { statementTimeout: 0.2 }],
    ['takes too long', { patience: 0.2 }],
  ])('is UNAVAILABLE, where it %s; and is asked anew afterwards', async (_, options) => {
    const { authenticate } = await startKeys(database.address, options)
    const { ask } = serve(authenticate)
    await database.client.begin(async (tx) => {
      await tx`lock table api_key in access exclusive mode`
      unavailable(await ask(basic(key)))
    })
    await eventually(async () => expect((await ask(basic(key))).statusCode).toBe(200))
  })
})
