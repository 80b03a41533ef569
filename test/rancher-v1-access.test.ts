import { afterAll, describe, expect, it } from 'vitest'
import { authenticateKeys } from '../src/auth/keys/authenticate-keys.ts'
import { roles } from '../src/resources/roles.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { basic, makeKey } from './support/keys.ts'
import { RancherClient, type Resource } from './support/rancher-client.ts'
import { asker, expectError, listening, sender, urlsIn } from './support/rancher-v1.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
await database.client`insert into account (name, volumes_root) values ('other', 'other')`
const make = rowMaker(database)
const { authenticate, close } = await authenticateKeys(database)
afterAll(close)
const keys = {
  VIEWER: await makeKey(database, 'VIEWER'),
  OPERATOR: await makeKey(database, 'OPERATOR'),
  ADMIN: await makeKey(database, 'ADMIN'),
  other: await makeKey(database, 'ADMIN', 2n),
}
type Who = keyof typeof keys
const ask = asker(createTestGateway(database, { authenticate }))
/** Asks with somebody's key. */
const as = (who: Who): typeof ask => {
  const authorization = basic(keys[who])
  return (method, url, more = {}) =>
    ask(method, url, { ...more, headers: { authorization, ...more.headers } })
}

const volume = await make.volume()
const others = await make.volume({ account_id: 2 })
const mine = {
  volumes: `1v${volume}`,
  snapshots: `1s${await make.snapshot(volume)}`,
  backups: `1b${await make.backup(volume, await make.snapshot(volume))}`,
}
const othersSnapshot = await make.snapshot(others, { account_id: 2 })
const theirs = {
  volumes: `1v${others}`,
  snapshots: `1s${othersSnapshot}`,
  backups: `1b${await make.backup(others, othersSnapshot, { account_id: 2 })}`,
  accounts: '1a2',
}

/** Every row, as it is. */
const everything = async () => [
  ...(await database.client`
    select 's' as kind, id, state, name, account_id from snapshot
    union all select 'v', id, state, name, account_id from volume
    union all select 'b', id, state, name, account_id from backup order by 1, 2`),
]

describe('who has no key', () => {
  it.each([
    ['nothing', undefined],
    ['None and None', `Basic ${Buffer.from('None:None').toString('base64')}`],
    ['a wrong secret', basic({ ...keys.ADMIN, secret: 'A'.repeat(43) })],
    ['no Basic', 'Basic x'],
    ['another scheme', 'Digest x'],
  ])('is 401 Unauthorized, and asked for Basic: %s', async (_, authorization) => {
    for (const [method, url] of [
      ['GET', '/v1'],
      ['GET', '/v1/schemas'],
      ['GET', '/v1/snapshots/1s999999'],
      ['POST', '/v1/snapshots'],
      ['DELETE', `/v1/snapshots/${mine.snapshots}`],
      ['GET', '/v1/nothing'],
    ] as const) {
      const reply = await ask(method, url, authorization === undefined ? {} : { headers: { authorization } })
      expectError(reply, 401, { code: 'Unauthorized' })
      expect(reply.headers['www-authenticate']).toMatch(/^Basic /)
    }
  })

  it('is told by an error that a client can read', async () => {
    const url = await listening(createTestGateway(database, { authenticate }))
    await expect(RancherClient.load(`${url}/v1`, sender())).rejects.toMatchObject({
      body: { status: 401, code: 'Unauthorized' },
    })
    const client = await RancherClient.load(`${url}/v1`, sender(), keys.ADMIN)
    expect((await client.list('snapshot')).type).toBe('collection')
  })
})

describe('a role', () => {
  it.each([
    ['VIEWER', 'snapshot', ['GET'], ['GET'], []],
    ['VIEWER', 'volume', ['GET'], ['GET'], []],
    ['VIEWER', 'backup', ['GET'], ['GET'], []],
    ['OPERATOR', 'snapshot', ['GET', 'PUT', 'DELETE'], ['GET', 'POST'], ['backup', 'create', 'remove']],
    ['OPERATOR', 'volume', ['GET'], ['GET'], []],
    ['OPERATOR', 'backup', ['GET'], ['GET'], []],
    ['ADMIN', 'volume', ['GET', 'PUT', 'DELETE'], ['GET', 'POST'], ['remove']],
    ['ADMIN', 'backup', ['GET', 'DELETE'], ['GET'], ['remove']],
  ] as const)('has a schema of what it may do: %s of a %s', async (who, type, resource, collection, actions) => {
    const { body } = await as(who)('GET', `/v1/schemas/${type}`)
    expect(body).toMatchObject({ resourceMethods: resource, collectionMethods: collection })
    expect(Object.keys(body.resourceActions)).toEqual(actions)
    for (const field of Object.values<Record<string, unknown>>(body.resourceFields)) {
      if (!(collection as readonly string[]).includes('POST')) expect(field.create).toBe(false)
      if (!(resource as readonly string[]).includes('PUT')) expect(field.update).toBe(false)
    }
  })

  it('that may make nothing is told of nothing that can be made, and of no action', async () => {
    for (const plural of ['snapshots', 'volumes', 'backups']) {
      const { status, body } = await as('VIEWER')('GET', `/v1/${plural}`)
      expect([status, body.createTypes]).toEqual([200, {}])
      expect(body.data.length).toBeGreaterThan(0)
      for (const one of body.data) expect(one.actions).toEqual({})
    }
  })

  const changes = [
    ['OPERATOR', 'POST', '/v1/snapshots'],
    ['OPERATOR', 'POST', `/v1/volumes/${mine.volumes}/snapshots`],
    ['OPERATOR', 'PUT', `/v1/snapshots/${mine.snapshots}`],
    ['OPERATOR', 'DELETE', `/v1/snapshots/${mine.snapshots}`],
    ['OPERATOR', 'POST', `/v1/snapshots/${mine.snapshots}/?action=backup`],
    ['OPERATOR', 'POST', `/v1/snapshots/${mine.snapshots}/?action=remove`],
    ['ADMIN', 'POST', '/v1/volumes'],
    ['ADMIN', 'PUT', `/v1/volumes/${mine.volumes}`],
    ['ADMIN', 'DELETE', `/v1/volumes/${mine.volumes}`],
    ['ADMIN', 'POST', `/v1/volumes/${mine.volumes}/?action=remove`],
    ['ADMIN', 'DELETE', `/v1/backups/${mine.backups}`],
    ['ADMIN', 'POST', `/v1/backups/${mine.backups}/?action=remove`],
  ] as const
  it.each(
    changes.flatMap(([needed, method, url]) =>
      roles
        .filter((role) => roles.indexOf(role) < roles.indexOf(needed))
        .map((role) => [role, method, url] as const),
    ),
  )('that does not suffice is 403 Forbidden, and changes nothing: %s %s %s', async (role, method, url) => {
    const before = await everything()
    const body = { name: 'x', volumeId: mine.volumes }
    expectError(await as(role)(method, url, method === 'DELETE' ? {} : { body }), 403, { code: 'Forbidden' })
    expect(await everything()).toEqual(before)
  })

  it('that suffices may', async () => {
    const { status, headers } = await as('OPERATOR')('POST', '/v1/snapshots', {
      body: { volumeId: mine.volumes },
    })
    expect(status).toBe(201)
    expect((await as('OPERATOR')('DELETE', String(headers.location))).status).toBe(200)
  })
})

describe('what another account has', () => {
  const never = { volumes: '1v999999', snapshots: '1s999999', backups: '1b999999', accounts: '1a999999' }
  /** What is answered but for the error's own id, and the id that was asked for. */
  const seen = (reply: Awaited<ReturnType<typeof ask>>) => {
    const { id: _, ...body } = reply.body
    return JSON.stringify({ status: reply.status, body }).replace(/1([asvb])\d+/g, '1$1…')
  }

  it.each([
    'volumes',
    'snapshots',
    'backups',
    'accounts',
  ] as const)('is 404 as what there never was: %s by id, by link, and to change', async (plural) => {
    const before = await everything()
    const all = (id: string) =>
      [
        ['GET', `/v1/${plural}/${id}`],
        ['GET', `/v1/${plural}/${id}?include=volume&include=account&include=snapshots&include=backups`],
        ['HEAD', `/v1/${plural}/${id}`],
        ['GET', `/v1/${plural}/${id}/account`],
        ['GET', `/v1/${plural}/${id}/snapshots`],
        ['GET', `/v1/${plural}/${id}/backups`],
        ['GET', `/v1/${plural}/${id}/volume`],
        ['PUT', `/v1/${plural}/${id}`],
        ['DELETE', `/v1/${plural}/${id}`],
        ['POST', `/v1/${plural}/${id}/?action=remove`],
        ['POST', `/v1/${plural}/${id}/?action=backup`],
      ] as const
    for (const [index, [method, url]] of all(theirs[plural]).entries()) {
      const body = method === 'PUT' ? { body: { name: 'x' } } : {}
      const reply = await as('ADMIN')(method, url, body)
      expect([method, url, reply.status]).toEqual([method, url, expect.toBeOneOf([404, 405, 422])])
      if (method === 'HEAD') continue
      const unknown = await as('ADMIN')(method, all(never[plural])[index]?.[1] ?? '', body)
      expect(seen(reply)).toBe(seen(unknown))
    }
    expect(await everything()).toEqual(before)
  })

  it('stands in no list, whatever is asked for', async () => {
    for (const plural of ['volumes', 'snapshots', 'backups', 'accounts'] as const)
      for (const query of [
        '',
        `?id=${theirs[plural]}`,
        `?volumeId=${theirs.volumes}`,
        `?snapshotId=${theirs.snapshots}`,
        '?accountId=1a2',
        '?accountId_ne=1a1',
        '?limit=0&removed_null=1',
        '?include=account&include=volume&include=snapshots&include=backups',
      ]) {
        const { status, body } = await as('ADMIN')('GET', `/v1/${plural}${query}`)
        expect(status).toBe(200)
        for (const one of body.data as Resource[]) expect(one.accountId ?? one.id).toBe('1a1')
        for (const url of urlsIn(body.data)) expect(url.split('/')).not.toContain(theirs[plural])
      }
  })

  it('is no volume to take a snapshot of', async () => {
    for (const volumeId of [theirs.volumes, never.volumes])
      expectError(await as('ADMIN')('POST', '/v1/snapshots', { body: { volumeId } }), 422, {
        code: 'InvalidReference',
        fieldName: 'volumeId',
      })
    expectError(await as('ADMIN')('POST', `/v1/volumes/${theirs.volumes}/snapshots`), 404)
  })

  it('is not below its project either', async () => {
    for (const url of ['/v1/projects/1a2', '/v1/projects/1a2/snapshots', '/v1/projects/1a2/accounts/1a2'])
      expectError(await as('ADMIN')('GET', url), 404)
    const { status, body } = await as('other')('GET', '/v1/projects/1a2/snapshots')
    expect([status, body.data.map(({ id }: Resource) => id)]).toEqual([
      200,
      expect.arrayContaining([theirs.snapshots]),
    ])
    for (const one of body.data) expect(one.accountId).toBe('1a2')
  })

  it('is not where a marker of it leads', async () => {
    await make.snapshot(others, { account_id: 2 })
    const { body } = await as('other')('GET', '/v1/snapshots?limit=1')
    const url = String(body.pagination.next)
    for (const one of (await as('ADMIN')('GET', url)).body.data) expect(one.accountId).toBe('1a1')
  })

  it('has its own account alone', async () => {
    for (const [who, id] of [
      ['ADMIN', '1a1'],
      ['other', '1a2'],
    ] as const) {
      expect((await as(who)('GET', '/v1/accounts')).body.data).toMatchObject([{ id }])
      expect((await as(who)('GET', `/v1/accounts/${id}`)).body).toMatchObject({ id, type: 'account' })
    }
  })
})

describe('RATE_LIMIT', () => {
  it('counts what is asked below /v1, and /graphql with it', async () => {
    const { server } = createTestGateway(database, { authenticate, requestsPerMinute: 3 })
    const limited = asker({ server })
    const headers = { authorization: basic(keys.VIEWER) }
    const first = await limited('GET', '/v1/snapshots', { headers })
    expect([first.status, first.headers['x-ratelimit-remaining']]).toEqual([200, '2'])
    await limited('GET', '/v1/nothing', { headers })
    await server.inject({ url: '/graphql?query={__typename}', headers })
    const reply = await limited('GET', '/v1/schemas', { headers })
    expectError(reply, 429, { code: 'Too Many Requests' })
    expect(reply.headers['retry-after']).toMatch(/^\d+$/)
    const others = await limited('GET', '/v1', { headers: { authorization: basic(keys.ADMIN) } })
    expect(others.status).toBe(200)
  })
})

describe('a page in a browser', () => {
  const open = createTestGateway(database, { corsOrigins: ['https://console.example'] })
  const browse = asker(open)
  const changes = [
    ['POST', '/v1/snapshots'],
    ['PUT', `/v1/snapshots/${mine.snapshots}`],
    ['DELETE', `/v1/snapshots/${mine.snapshots}`],
    ['POST', `/v1/snapshots/${mine.snapshots}/?action=remove`],
  ] as const
  const strangers = [
    ['another site', { 'sec-fetch-site': 'cross-site' }],
    ['a subdomain', { 'sec-fetch-site': 'same-site' }],
    ['a site that says nothing that there is', { 'sec-fetch-site': 'x' }],
    ['another origin', { origin: 'https://evil.example' }],
    ['no origin', { origin: 'null' }],
    ['another port', { origin: 'http://localhost:8080' }],
    ['another scheme', { origin: 'https://localhost' }],
    [
      'another origin that says it is the same',
      { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
    ],
    [
      'a link that was followed',
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    ],
  ] as const

  it.each(strangers)('of %s changes nothing: 403', async (_, headers) => {
    database.statements.length = 0
    for (const [method, url] of changes)
      expectError(await browse(method, url, { headers, body: `{"volumeId":"${mine.volumes}"}` }), 403, {
        code: 'Forbidden',
      })
    expect(database.statements).toEqual([])
  })

  it.each(strangers.slice(0, -1))('of %s reads nothing either', async (_, headers) => {
    expectError(await browse('GET', '/v1/snapshots', { headers }), 403, { code: 'Forbidden' })
  })

  it.each([
    ['our own', { origin: 'http://localhost', 'sec-fetch-site': 'same-origin' }],
    ['our own, by its origin alone', { origin: 'http://localhost' }],
    ['our own, of an old browser', { 'sec-fetch-site': 'same-origin' }],
    ['nobody', { 'sec-fetch-site': 'none' }],
    ['one that is let in', { origin: 'https://console.example', 'sec-fetch-site': 'cross-site' }],
    ['no browser', {}],
  ])('of %s may', async (_, headers) => {
    const create = { headers: headers as Record<string, string>, body: { volumeId: mine.volumes } }
    const { status, headers: answered } = await browse('POST', '/v1/snapshots', create)
    expect(status).toBe(201)
    const url = String(answered.location)
    expect((await browse('PUT', url, { headers: create.headers, body: '{"name":"x"}' })).status).toBe(200)
    expect((await browse('DELETE', url, { headers: create.headers })).status).toBe(200)
    expect((await browse('GET', url, { headers: create.headers })).status).toBe(200)
  })

  it('behind a proxy has the origin that the proxy tells', async () => {
    const proxied = asker(createTestGateway(database, { trustedProxies: ['127.0.0.1'] }))
    const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'public.example' }
    const create = (origin: string) =>
      proxied('POST', '/v1/snapshots', {
        headers: { ...forwarded, origin },
        body: { volumeId: mine.volumes },
      })
    expect((await create('https://public.example')).status).toBe(201)
    expectError(await create('http://localhost'), 403)
  })

  it('shows a link that was followed to a person, as indented JSON that runs nothing', async () => {
    const headers = {
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
    }
    const reply = await browse('GET', `/v1/snapshots/${mine.snapshots}`, { headers })
    expect([reply.status, reply.text]).toEqual([200, `${JSON.stringify(reply.body, null, 2)}\n`])
    expect(reply.headers['content-type']).toBe('application/json; charset=utf-8')
    expect(reply.headers['content-security-policy']).toMatch(/default-src 'none'/)
    expect(reply.headers['x-content-type-options']).toBe('nosniff')
  })

  it.each([
    ['text/html', 'x', true],
    ['*/*', 'Mozilla/5.0', true],
    ['*/*', 'curl/8', false],
    ['application/json', 'Mozilla/5.0', false],
  ])('is known by what it takes: %s, %s: %s', async (accept, agent, isIndented) => {
    for (const url of ['/v1', '/v1/schemas', '/v1/snapshots', '/v1/snapshots/1s999999'])
      expect(
        (await browse('GET', url, { headers: { accept, 'user-agent': agent } })).text.includes('\n  "'),
      ).toBe(isIndented)
  })

  it.each([
    ['of what there is not', '/v1/snapshots/1s99999', {}, 404],
    ['that comes before all else', '/v1/snapshots', { origin: 'https://evil.example' }, 403],
  ])('has an error indented too: %s', async (_, url, headers, status) => {
    const reply = await asker(createTestGateway(database))('GET', url, {
      headers: { accept: 'text/html', ...headers },
    })
    expectError(reply, status)
    expect(reply.text).toBe(`${JSON.stringify(reply.body, null, 2)}\n`)
  })

  it('has a long list indented as a short one', async () => {
    const parent = await make.volume()
    await database.client`
      insert into snapshot (account_id, volume_id, name, state, transitioning)
      select 1, ${String(parent)}, 'é"' || n, 'created', 'no' from generate_series(1, 1100) n`
    const url = `/v1/volumes/1v${parent}/snapshots?limit=0`
    const plain = await browse('GET', url)
    expect([plain.body.data.length, plain.text]).toEqual([1100, JSON.stringify(plain.body)])
    const indented = await browse('GET', url, { headers: { accept: 'text/html' } })
    expect(indented.text).toBe(`${JSON.stringify(plain.body, null, 2)}\n`)
  })

  it('that is let in may send every method, and read what clients need', async () => {
    const origin = 'https://console.example'
    const preflight = await open.server.inject({
      method: 'OPTIONS',
      url: '/v1/snapshots/1s1',
      headers: { origin, 'access-control-request-method': 'DELETE' },
    })
    expect(preflight.headers['access-control-allow-methods']).toContain('DELETE')
    const { headers } = await browse('GET', '/v1', { headers: { origin } })
    expect(headers['access-control-allow-origin']).toBe(origin)
    expect(headers['access-control-expose-headers']).toContain('x-api-schemas')
  })

  it('keeps no answer for others', async () => {
    for (const url of ['/v1', '/v1/schemas', '/v1/snapshots'])
      expect((await browse('GET', url)).headers['cache-control']).toMatch(/private|no-store/)
  })
})
