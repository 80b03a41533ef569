import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { type Asking, asker, expectError, listening, urlsIn } from './support/rancher-v1.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
const ask = asker(createTestGateway(database))
const volume = await make.volume()
const id = `1s${await make.snapshot(volume, { name: 'x' })}`
const volumeId = `1v${volume}`

describe('the version', () => {
  it.each([
    '/v1',
    '/v1/',
    '/v1?a=b',
    '/v1/projects/1a1',
  ])('is a resource with a link to each type: %s', async (url) => {
    const { status, body } = await ask('GET', url)
    const base = `http://localhost${url.includes('projects') ? '/v1/projects/1a1' : '/v1'}`
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        id: 'v1',
        type: 'apiVersion',
        links: {
          self: base,
          ...Object.fromEntries(
            ['accounts', 'backups', 'schemas', 'snapshots', 'volumes'].map((name) => [
              name,
              `${base}/${name}`,
            ]),
          ),
        },
        actions: {},
      },
    })
  })

  it('the base without a version lists the versions', async () => {
    const { status, body } = await ask('GET', '/', { headers: { accept: 'application/json' } })
    expect([status, body?.data]).toMatchObject([200, [{ id: 'v1', type: 'apiVersion' }]])
  })
})

describe('a path', () => {
  it.each([
    ['/v1/snapshots', 'collection'],
    ['/v1/snapshot', 'collection'],
    ['/v1/schema', 'collection'],
    ['/v1/account', 'collection'],
    [`/v1/snapshots/${id}`, 'snapshot'],
    [`/v1/snapshot/${id}`, 'snapshot'],
    [`/v1/volume/${volumeId}`, 'volume'],
    ['/v1/account/1a1', 'account'],
    ['/v1/schema/volume', 'schema'],
    [`/v1/snapshot/${id}/volume`, 'volume'],
    [`/v1/snapshot/${id}/account`, 'account'],
    [`/v1/volume/${volumeId}/snapshots`, 'collection'],
  ])('names a type in the plural or the singular: %s', async (url, type) => {
    const { status, body } = await ask('GET', url)
    expect([status, body.type]).toEqual([200, type])
  })

  it.each([
    ['/v1/snapshot', '/v1/snapshots'],
    [`/v1/snapshot/${id}`, `/v1/snapshots/${id}`],
    [`/v1/volume/${volumeId}/snapshots`, `/v1/volumes/${volumeId}/snapshots`],
  ])('in the singular is answered with links in the plural: %s', async (url, self) => {
    expect((await ask('GET', url)).body.links.self).toBe(`http://localhost${self}`)
  })

  it.each([
    ['/v1/snapshots/', '/v1/snapshots'],
    [`/v1/snapshots/${id}/`, `/v1/snapshots/${id}`],
    [`/v1//snapshots//${id}//`, `/v1/snapshots/${id}`],
    [`//v1/snapshots/${id}`, `/v1/snapshots/${id}`],
    ['///v1///snapshots', '/v1/snapshots'],
    ['/v1/projects/1a1//snapshots/', '/v1/projects/1a1/snapshots'],
    ['//v1//projects//1a1//snapshots', '/v1/projects/1a1/snapshots'],
  ])('may have a slash at its end, and doubled ones: %s', async (url, self) => {
    const { status, body } = await ask('GET', url)
    expect([status, body.links?.self]).toEqual([200, `http://localhost${self}`])
  })

  it.each([
    `/v1/snapshots/${id}/volume/more`,
    `/v1/snapshots/${id}/volume/more/and/more`,
  ])('may go on after a link, which is ignored: %s', async (url) => {
    const { status, body } = await ask('GET', url)
    expect([status, body.id]).toEqual([200, volumeId])
  })

  it.each([
    '/v1/nothing',
    '/v1/nothing/1s1',
    '/v1/Snapshots',
    '/v1/snapshotss',
    `/v1/snapshots/${id}/nothing`,
    `/v1/snapshots/${id}/constructor`,
    `/v1/snapshots/${id}/snapshots`,
    `/v1/volumes/${volumeId}/volumes`,
    '/v1/constructor',
    '/v1/__proto__',
    '/v1/toString',
    '/v1/v1',
    '/v1/projects/1a2/snapshots',
    '/v1/projects/1a2',
    '/v1/projects/x',
    '/v1/projects/1a01/snapshots',
  ])('to nothing is 404: %s', async (url) => {
    const reply = await ask('GET', url)
    expectError(reply, 404, { code: 'Not Found' })
    expect(reply.body.message).toBe('Not Found')
  })

  it.each([
    'nothing',
    'snapshots',
    'Snapshot',
    'snapsho%74',
    '%73napshot',
    'snapshot%00',
    '__proto__',
    'constructor',
  ])('to a schema there is not, whose id is not decoded, is 404: %s', async (name) => {
    expectError(await ask('GET', `/v1/schemas/${name}`), 404, { code: 'Not Found' })
  })

  it('below a project has it in all links, and in those to the schemas', async () => {
    const reply = await ask('GET', `/v1/projects/1a1/volumes/${volumeId}/snapshots?include=volume&sort=name`)
    expect(reply.headers['x-api-schemas']).toBe('http://localhost/v1/projects/1a1/schemas')
    expect(urlsIn(reply.body).length).toBeGreaterThan(10)
    for (const url of urlsIn(reply.body)) expect(url).toMatch(/^http:\/\/localhost\/v1\/projects\/1a1\//)
  })

  it('below a project makes and changes what belongs to it', async () => {
    const made = await ask('POST', '/v1/projects/1a1/snapshots', { body: { volumeId } })
    expect([made.status, made.body.accountId]).toEqual([201, '1a1'])
    expect(made.headers.location).toBe(`http://localhost/v1/projects/1a1/snapshots/${made.body.id}`)
    expect((await ask('DELETE', String(made.headers.location))).status).toBe(200)
  })
})

describe('an action', () => {
  const snapshot = async () => `/v1/snapshots/1s${await make.snapshot(volume)}`

  it('has an address with a slash before the question mark', async () => {
    const { body } = await ask('GET', `/v1/snapshots/${id}`)
    expect(body.actions).toEqual({
      backup: `http://localhost/v1/snapshots/${id}/?action=backup`,
      remove: `http://localhost/v1/snapshots/${id}/?action=remove`,
    })
  })

  it.each([
    '?action=backup',
    '/?action=backup',
    '/?x=1&action=backup&action=nothing',
    '?_format=json&action=backup',
  ])('is posted to with it or without: %s', async (end) => {
    const { status, body } = await ask('POST', `${await snapshot()}${end}`)
    expect([status, body.state]).toEqual([202, 'backing-up'])
  })

  it.each([
    ['GET', 'created'],
    ['HEAD', 'created'],
    ['PUT', 'created'],
    ['DELETE', 'removing'],
  ] as const)('counts on POST alone, not on %s', async (method, state) => {
    const url = await snapshot()
    expect((await ask(method, `${url}?action=backup`)).status).toBe(200)
    expect((await ask('GET', url)).body.state).toBe(state)
  })

  it('never happens by GET, whatever the query says', async () => {
    const url = await snapshot()
    const before = (await ask('GET', url)).body
    for (const query of ['_method=DELETE', '_method=POST&action=remove', '_method=PUT&name=x', 'name=x'])
      for (const method of ['GET', 'HEAD'] as const) {
        const headers = { 'x-http-method-override': 'DELETE', 'x-http-method': 'DELETE' }
        expect((await ask(method, `${url}?${query}`, { headers })).status).toBeLessThan(500)
      }
    expect((await ask('GET', url)).body).toEqual(before)
  })
})

describe('the query and the body', () => {
  it('are one input: a POST with an empty body is a create', async () => {
    for (const body of ['', '{}', undefined]) {
      const more: Asking = body === undefined ? {} : { body }
      const reply = await ask('POST', `/v1/snapshots?volumeId=${volumeId}&name=of%20query`, more)
      expect([reply.status, reply.body.volumeId, reply.body.name]).toEqual([201, volumeId, 'of query'])
    }
  })

  it('the body wins', async () => {
    const reply = await ask('POST', '/v1/snapshots?name=query&volumeId=1v99999&description=query', {
      body: { name: 'body', volumeId },
    })
    expect([reply.status, reply.body]).toMatchObject([201, { name: 'body', volumeId, description: 'query' }])
  })

  it('so it is of a PUT', async () => {
    const url = `/v1/snapshots/1s${await make.snapshot(volume)}`
    const reply = await ask('PUT', `${url}?name=query&description=query`, { body: { name: 'body' } })
    expect([reply.status, reply.body]).toMatchObject([200, { name: 'body', description: 'query' }])
  })
})

describe('links begin with where the gateway is for whoever asks', () => {
  const proxied = asker(createTestGateway(database, { trustedProxies: ['127.0.0.1', '10.0.0.0/8'] }))
  const base = async (headers: Record<string, string>, more: Asking = {}, asking = proxied) => {
    const {
      status,
      headers: answered,
      body,
    } = await asking('GET', 'http://inner.example:4000/v1', {
      ...more,
      headers,
    })
    expect([status, answered['x-api-schemas']]).toEqual([200, `${body.links.self}/schemas`])
    return body.links.self
  }
  const forwarded = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'public.example' }

  it.each([
    ['no headers', {}, 'http://inner.example:4000/v1'],
    ['proto and host', forwarded, 'https://public.example/v1'],
    ['a port', { ...forwarded, 'x-forwarded-port': '8443' }, 'https://public.example:8443/v1'],
    ['the usual port', { ...forwarded, 'x-forwarded-port': '443' }, 'https://public.example/v1'],
    [
      'a host with its port',
      { ...forwarded, 'x-forwarded-host': 'public.example:9' },
      'https://public.example:9/v1',
    ],
    ['the scheme alone', { 'x-forwarded-proto': 'https' }, 'https://inner.example:4000/v1'],
    ['the host alone', { 'x-forwarded-host': 'public.example' }, 'http://public.example/v1'],
    ['IPv6', { ...forwarded, 'x-forwarded-host': '[2001:db8::1]' }, 'https://[2001:db8::1]/v1'],
    ['a port that is none', { ...forwarded, 'x-forwarded-port': '8443/x' }, 'https://public.example/v1'],
    ['a scheme that is none', { 'x-forwarded-proto': 'javascript' }, 'http://inner.example:4000/v1'],
  ])('as a trusted proxy tells it: %s', async (_, headers, expected) => {
    expect(await base(headers as Record<string, string>)).toBe(expected)
    expect(await base(headers as Record<string, string>, { remoteAddress: '10.1.2.3' })).toBe(expected)
  })

  it('of several proxies, as the nearest tells it', async () => {
    const headers = { 'x-forwarded-proto': 'http, https', 'x-forwarded-host': 'evil.example, public.example' }
    expect(await base(headers)).toBe('https://public.example/v1')
  })

  it.each([
    ['from another address', '192.0.2.1', proxied],
    ['where none is trusted', '127.0.0.1', ask],
  ])('not as others tell it: %s', async (_, remoteAddress, asking) => {
    const headers = { ...forwarded, 'x-forwarded-port': '8443' }
    expect(await base(headers, { remoteAddress }, asking)).toBe('http://inner.example:4000/v1')
  })

  it('not as X-API-request-url tells it', async () => {
    expect(await base({ 'x-api-request-url': 'https://evil.example/v1' })).toBe(
      'http://inner.example:4000/v1',
    )
  })

  it.each([
    '"><script>',
    'a b',
    'user@evil.example',
    'evil.example/path',
    'evil.example#',
    '',
    ',',
    'x'.repeat(400),
  ])('a host that is none is not believed: %j', async (host) => {
    expect(await base({ 'x-forwarded-host': host })).toBe('http://inner.example:4000/v1')
  })

  it('nor one that the gateway does not answer for', async () => {
    const asking = asker(
      createTestGateway(database, {
        trustedProxies: ['127.0.0.1'],
        allowedHosts: ['inner.example', 'public.example'],
      }),
    )
    expect(await base(forwarded, {}, asking)).toBe('https://public.example/v1')
    expect(await base({ ...forwarded, 'x-forwarded-host': 'evil.example' }, {}, asking)).toBe(
      'https://inner.example:4000/v1',
    )
  })

  it('in errors and in Location too', async () => {
    const created = await proxied('POST', '/v1/snapshots', { headers: forwarded, body: { volumeId } })
    expect(created.headers.location).toBe(`https://public.example/v1/snapshots/${created.body.id}`)
    const missing = await proxied('GET', '/v1/snapshots/1s999999', { headers: forwarded })
    expect(missing.headers['x-api-schemas']).toBe('https://public.example/v1/schemas')
  })

  it('a request that names no host gets links to where it came in', async () => {
    const gateway = createTestGateway(database)
    const url = await listening(gateway)
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    let text = ''
    socket.on('data', (bytes) => {
      text += bytes
    })
    socket.write('GET /v1 HTTP/1.0\r\n\r\n')
    await once(socket, 'close')
    expect(JSON.parse(text.split('\r\n\r\n')[1] ?? '').links.self).toBe(`${url}/v1`)
  })
})
