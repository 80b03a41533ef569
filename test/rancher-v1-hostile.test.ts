import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { asker, askRaw, expectError, type Reply } from './support/rancher-v1.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
const gateway = createTestGateway(database)
const ask = asker(gateway)
await gateway.server.listen({ host: '127.0.0.1', port: 0 })
afterAll(() => gateway.server.close())
const { port } = gateway.server.server.address() as AddressInfo

const volume = await make.volume()
const volumeId = `1v${volume}`
const id = `1s${await make.snapshot(volume)}`

/** An answer of the dialect: a success, or a refusal of the 400s in its form. */
function expectDialect(reply: Reply): void {
  if (reply.status < 300) expect(reply.body).toMatchObject({ type: expect.any(String), links: {} })
  else {
    expect(reply.status).toBeGreaterThanOrEqual(400)
    expect(reply.status).toBeLessThan(500)
    expectError(reply, reply.status)
  }
}

describe('a path that nobody would write', () => {
  it.each([
    '/v1/..',
    '/v1/../v1/snapshots',
    '/v1/../../etc/passwd',
    '/v1/./snapshots',
    '/v1/snapshots/..',
    '/v1/snapshots/../volumes',
    `/v1/snapshots/${id}/..`,
    '/v1/snapshots/.',
    '/v1/%2e%2e/graphql',
    '/v1/%2e%2e%2fetc%2fpasswd',
    '/v1/..%2f..%2f',
    '/v1/snapshots%2f1s1',
    '/v1/snapshots/%00',
    '/v1/snapshots/1s1%00',
    '/v1/snapshots/%0d%0aX: y'.replace(' ', '%20'),
    '/v1/snapshots/%E2%80%AE',
    '/v1/snapshots/%F0%9F%98%80',
    '/v1/snapshots/1s1;x=y',
    '/v1/snapshots;x/1s1',
    '/v1/snapshots/*',
    '/v1/*',
    '/v1/:id',
    '/v1/snapshots/:id/:link',
    "/v1/snapshots/1s1'or'1'='1",
    '/v1/snapshots/1s1%27%20or%201=1--',
    '/v1/<script>alert(1)</script>',
    '/v1/snapshots/"><script>',
    '/v1/snapshots/1s1\\..\\..',
    '/v1/__proto__/constructor/prototype',
    '/v1/schemas/hasOwnProperty',
    `/v1/snapshots/${id}/__proto__`,
    `/v1/snapshots/${id}/toString`,
    '/v1/projects',
    '/v1/projects/',
    '/v1/projects/1a1/projects/1a1/snapshots',
    '/v1/projects/..%2f/snapshots',
    '/v1/projects/<x>/snapshots',
    `/v1/snapshots/${'9'.repeat(5000)}`,
    `/v1/snapshots/1s${'9'.repeat(18)}`,
    `/v1/snapshots/1s${'9'.repeat(19)}`,
    `/v1/${'x'.repeat(10_000)}`,
    `/v1${'/x'.repeat(5000)}`,
    `/v1${'/'.repeat(5000)}`,
    '/v1?',
    '/v1?&&&',
    '/v1/snapshots?#',
    '/v1/snapshots??x',
    '/v1/snapshots?action=',
  ])('is answered in the dialect: %s', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE', 'POST']) expectDialect(await askRaw(port, path, method))
  })

  it.each([
    '/v1/%',
    '/v1/%zz',
    '/v1/snapshots/%ff',
    '/v1/snapshots/%E0%A4%A',
    '/v1/schemas/%c0%ae',
    '/v1/a%2',
  ])('is 4xx in the dialect where it cannot be decoded: %s', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE', 'POST']) {
      const reply = await askRaw(port, path, method)
      expect(reply.status).toBeOneOf([400, 404])
      expectError(reply, reply.status)
    }
  })

  it('is never so read that it leads to what is there by another spelling', async () => {
    for (const path of [`/v1/snapshots/%31s${id.slice(2)}`, `/v1/snap%73hots/${id}`, `/v1/snapshots%2f${id}`])
      expect([path, (await askRaw(port, path)).status]).toEqual([path, 404])
  })

  it('is never repeated as anything that runs', async () => {
    const reply = await askRaw(port, '/v1/<script>alert(1)</script>', 'GET', { accept: 'text/html' })
    expectError(reply, 404)
    expect(reply.text).not.toContain('<script>')
  })
})

describe('a query that nobody would write', () => {
  const like = '%25'.repeat(2000)
  it.each([
    'limit=1&limit=2&limit=x',
    'sort=name&sort=name&order=asc&order=desc',
    'marker=a&marker=b',
    'volumeId=1v1&volumeId=1v2',
    'include=volume&include=volume&include=volume',
    `marker=${'A'.repeat(12_000)}`,
    `marker=${Buffer.from(JSON.stringify([1, 'snapshot', 'ID', 'ASC', null, '9'.repeat(18)])).toString('base64url')}`,
    `marker=${Buffer.from(JSON.stringify([1, 'snapshot', 'ID', 'ASC', null, '9'.repeat(400)])).toString('base64url')}`,
    `marker=${Buffer.from(JSON.stringify([1, 'snapshot', 'CREATED', 'ASC', 'x', '1'])).toString('base64url')}&sort=created`,
    `marker=${Buffer.from(JSON.stringify([1, 'snapshot', 'sizeBytes', 'ASC', 'x', '1'])).toString('base64url')}&sort=sizeBytes`,
    `marker=${Buffer.from(JSON.stringify([1, 'snapshot', 'sizeBytes', 'ASC', '9'.repeat(18), '1'])).toString('base64url')}&sort=sizeBytes`,
    `marker=${Buffer.from(JSON.stringify([1, 'snapshot', 'uuid', 'ASC', 'x', '1'])).toString('base64url')}&sort=uuid`,
    `marker=${Buffer.from(JSON.stringify([1, 'snapshot', 'NAME', 'ASC', 'a\0b', '1'])).toString('base64url')}&sort=name`,
    `marker=${Buffer.from(JSON.stringify([1, 'snapshot', 'transitioningProgress', 'ASC', '999999999', '1'])).toString('base64url')}&sort=transitioningProgress`,
    `name_like=${like}x`,
    `name_like=${'_%25'.repeat(1000)}`,
    `name=${'x'.repeat(12_000)}`,
    'name=%00',
    'name_like=%00',
    'name=%ED%A0%80',
    'name=%',
    'name=%zz&limit=1',
    '%ff=%ff',
    'name[$ne]=x&name[]=y&name.x=z',
    '__proto__=x&__proto__[x]=y&constructor.prototype=z',
    'limit=Infinity&marker=__proto__',
    'limit=-0',
    'limit=%2B1',
    'limit=0x10',
    'sort=id;drop+table+snapshot',
    "name=x'+or+'1'='1",
    'created=0000-01-01T00:00:00Z',
    'created_gt=9999-12-31T23:59:59.999999999Z',
    'created_lt=-271821-04-20T00:00:00Z',
    'sizeBytes=-999999999999999999',
    'transitioningProgress_lt=999999999999999999',
    'uuid_like=%5C',
    'id=1s999999999999999999',
    'a=b;c=d',
    '&'.repeat(3000),
    'x&'.repeat(3000),
    'name_ne=x&'.repeat(1000),
    'sort=&order=&limit=&marker=&include=&=',
  ])('of a list is answered with a list: %s', async (query) => {
    const reply = await askRaw(port, `/v1/snapshots?${query}`)
    expect([reply.status, reply.body.type]).toEqual([200, 'collection'])
  })

  it('of any other request is answered in the dialect', async () => {
    for (const [method, path] of [
      ['POST', '/v1/snapshots?volumeId=x&volumeId=y&__proto__=z&name=%00'],
      ['POST', `/v1/snapshots/${id}/?action=nothing&action=backup`],
      ['POST', `/v1/snapshots/${id}/?action[]=backup`],
      ['PUT', `/v1/snapshots/${id}?name=%00`],
      ['PUT', `/v1/snapshots/${id}?name=${'x'.repeat(5000)}`],
      ['GET', `/v1/snapshots/${id}?include=${'x'.repeat(5000)}`],
      ['GET', '/v1/schemas?limit=x&marker=y&sort=z'],
    ] as const)
      expectDialect(await askRaw(port, path, method))
  })

  it('has each parameter once in what is made of it, with its first value', async () => {
    const { status, body } = await ask('POST', `/v1/snapshots?volumeId=${volumeId}&volumeId=x&name=a&name=b`)
    expect([status, body.name]).toEqual([201, 'a'])
  })
})

describe('a body that nobody would write', () => {
  const deep = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`
  it.each([
    ['__proto__', '{"__proto__":{"volumeId":"1v1"}}'],
    ['constructor.prototype', '{"constructor":{"prototype":{"volumeId":"1v1"}}}'],
    ['__proto__ that is a text', '{"__proto__":"x"}'],
    ['escaped __proto__', '{"\\u005f_proto__":{}}'],
    ['toString', '{"toString":null,"valueOf":1,"hasOwnProperty":"x"}'],
    ['a name twice', '{"volumeId":"1v1","volumeId":null}'],
    ['deep nesting of what is unknown', deep(5000)],
    ['deep nesting of what is known', `{"name":${deep(5000)}}`],
    ['very deep nesting', `{"name":${'['.repeat(200_000)}${']'.repeat(200_000)}}`],
    ['a huge number', '{"volumeId":1e999}'],
    ['a long number', `{"volumeId":${'9'.repeat(400)}}`],
    ['many fields', `{${Array.from({ length: 20_000 }, (_, n) => `"f${n}":${n}`).join()}}`],
    ['a BOM', '\ufeff{}'],
    ['a long text', `{"name":"${'x'.repeat(500_000)}"}`],
    ['an empty name', '{"":""}'],
    ['half a surrogate pair', '{"volumeId":"\\udc00"}'],
    ['JSON with comments', '{/* */}'],
    ['another length', Buffer.from([0])],
    [
      'cut UTF-8',
      Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xf0, 0x9f, 0x98]), Buffer.from('"}')]),
    ],
    [
      'overlong UTF-8',
      Buffer.concat([Buffer.from('{"name":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]),
    ],
  ])('is refused in the dialect: %s', async (_, body) => {
    const before = await database.client`select count(*)::int from snapshot`
    const reply = await ask('POST', '/v1/snapshots', { body })
    expect(reply.status).toBeOneOf([400, 413, 422])
    expectError(reply, reply.status)
    for (const [method, url] of [
      ['PUT', `/v1/snapshots/${id}`],
      ['POST', '/v1/volumes'],
      ['POST', `/v1/snapshots/${id}/?action=nothing`],
      ['DELETE', '/v1/snapshots/1s999999'],
    ] as const)
      expectDialect(await ask(method, url, { body }))
    expect(await database.client`select count(*)::int from snapshot`).toEqual(before)
    expect(({} as Record<string, unknown>).volumeId).toBeUndefined()
  })

  it.each([
    ['a form of prototypes', '__proto__=x&constructor=y'],
    ['a form that cannot be decoded', 'volumeId=%zz&name=%ff'],
    ['an empty form', '&&&='],
    ['a long form', 'x=y&'.repeat(50_000)],
  ])('is refused in the dialect as a form: %s', async (_, body) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    const reply = await ask('POST', '/v1/snapshots', { headers, body })
    expectError(reply, 422, { code: expect.any(String) as unknown as string })
  })

  it.each(['gzip', 'br', 'x'])('is refused in the dialect where it is encoded: %s', async (encoding) => {
    const reply = await ask('POST', '/v1/snapshots', { headers: { 'content-encoding': encoding }, body: 'x' })
    expect(reply.status).toBeOneOf([400, 415])
    expectError(reply, reply.status)
  })

  it.each([
    'application/json; charset=utf-16',
    'application/json; charset="',
    'multipart/form-data',
    'multipart/form-data; boundary=',
    'text/html; charset=x',
    ' ',
    '/',
    'a/b/c',
    '\u00e9',
    'x'.repeat(5000),
  ])('is answered in the dialect whatever its Content-Type: %j', async (type) => {
    for (const body of ['{}', 'x']) {
      const reply = await ask('POST', '/v1/snapshots', { headers: { 'content-type': type }, body })
      expect(reply.status).toBeOneOf([400, 415, 422])
      expectError(reply, reply.status)
    }
  })
})

describe('headers that nobody would write', () => {
  it.each([
    ['if-none-match', '*, "x", W/"y", '],
    ['if-none-match', 'x'.repeat(5000)],
    ['idempotency-key', 'x'.repeat(5000)],
    ['idempotency-key', ''],
    ['idempotency-key', '\u00e9\u00ff'],
    ['accept', 'x'],
    ['accept', ''],
    ['authorization', 'Basic %%%'],
    ['x-http-method-override', 'DELETE'],
    ['x-request-id', '<script>'],
    ['x-forwarded-host', 'evil.example'],
    ['expect', '100-continue'],
    ['expect', 'x'],
    ['range', 'bytes=0-1'],
  ])('are answered in the dialect: %s', async (name, value) => {
    for (const [method, url] of [
      ['GET', '/v1/schemas'],
      ['GET', `/v1/snapshots/${id}`],
      ['PUT', `/v1/snapshots/${id}`],
    ] as const) {
      const reply = await ask(method, url, { headers: { [name]: value } })
      expectDialect(reply)
      expect(JSON.stringify(reply.body)).not.toContain('evil.example')
    }
  })
})

it('whatever is asked, the answer is one of the dialect', async () => {
  const piece = fc.constantFrom(
    'v1',
    'snapshots',
    'snapshot',
    'volumes',
    'schemas',
    'projects',
    '1a1',
    id,
    volumeId,
    '1s999999',
    'account',
    '..',
    '',
    '%00',
    '%2f',
    '%',
    '<x>',
    '__proto__',
  )
  const part = fc.constantFrom(
    'limit=0',
    'limit=x',
    'marker=x',
    'sort=name',
    'order=desc',
    'include=volume',
    'action=nothing',
    'name_like=%25',
    'volumeId=x',
    'x[]=1',
    '%ff',
    'created_gt=x',
    '_method=DELETE',
  )
  const path = fc.array(piece, { maxLength: 5 }).map((pieces) => `/v1/${pieces.join('/')}`)
  const query = fc.array(part, { maxLength: 4 }).map((parts) => parts.join('&'))
  const method = fc.constantFrom('GET', 'PUT', 'PATCH', 'OPTIONS', 'POST')
  await fc.assert(
    fc.asyncProperty(method, path, query, async (method, path, query) => {
      expectDialect(await askRaw(port, query === '' ? path : `${path}?${query}`, method))
    }),
    { numRuns: 300 },
  )
})
