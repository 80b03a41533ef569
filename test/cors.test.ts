import { describe, expect, it } from 'vitest'
import { Unauthenticated } from '../src/auth/unauthenticated.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'

const database = await createTestDatabase()
const ours = 'https://console.example'
const { server } = createTestGateway(database, {
  corsOrigins: [ours, 'http://localhost:3000'],
  maxBody: 1024,
  requestsPerMinute: 20,
})

const preflight = (origin: string, url = '/graphql') =>
  server.inject({
    method: 'OPTIONS',
    url,
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-trace',
    },
  })
/** What CORS says in an answer. */
const cors = (headers: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')))
const exposed =
  'x-request-id, x-api-schemas, location, etag, idempotent-replayed, retry-after, www-authenticate, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset'
const readable = {
  'access-control-allow-origin': ours,
  'access-control-allow-credentials': 'true',
  'access-control-expose-headers': exposed,
}

describe('pages of an origin of CORS_ORIGINS', () => {
  it('may send what they like, with credentials', async () => {
    const response = await preflight(ours)
    expect([response.statusCode, response.body]).toEqual([204, ''])
    expect(cors(response.headers)).toEqual({
      ...readable,
      'access-control-allow-methods': 'GET, HEAD, POST, PUT, DELETE',
      'access-control-allow-headers': 'authorization,content-type,x-trace',
      'access-control-max-age': '3600',
    })
    expect(response.headers.vary).toBe('Origin, Access-Control-Request-Headers')
  })

  it.each([
    ['an answer', { payload: { query: '{ __typename }' } }, 200],
    ['a document that is refused', { payload: { query: '{ nope }' } }, 200],
    ['a body that is no JSON', { payload: '{', headers: { 'content-type': 'application/json' } }, 400],
    ['a body that is too large', { payload: { query: ' '.repeat(2000) } }, 413],
    ['a body of another type', { payload: 'x', headers: { 'content-type': 'text/plain' } }, 415],
    ['another method', { method: 'PUT' }, 405],
    ['another place', { url: '/nowhere' }, 404],
  ] as const)('can read %s', async (_, request, status) => {
    const { headers = {}, ...rest } = request as { headers?: Record<string, string> }
    const response = await server.inject({
      method: 'POST',
      url: '/graphql',
      ...rest,
      headers: { ...headers, origin: ours },
    } as never)
    expect([response.statusCode, cors(response.headers)]).toEqual([status, readable])
    expect(response.headers.vary).toContain('Origin')
  })

  it('can read that they asked too often, and when to try again', async () => {
    const limited = createTestGateway(database, { corsOrigins: [ours], requestsPerMinute: 1 }).server
    const ask = () => limited.inject({ url: '/graphql?query={__typename}', headers: { origin: ours } })
    await ask()
    const response = await ask()
    expect([response.statusCode, cors(response.headers)]).toEqual([429, readable])
    expect(exposed.split(', ')).toEqual(expect.arrayContaining(['retry-after', 'x-ratelimit-reset']))
  })

  it('can read that they are not known', async () => {
    const strict = createTestGateway(database, { corsOrigins: [ours], authenticate: refuse }).server
    const response = await strict.inject({ url: '/graphql?query={__typename}', headers: { origin: ours } })
    expect([response.statusCode, cors(response.headers)]).toEqual([401, readable])
  })
})

function refuse(): never {
  throw new Unauthenticated('not known', { challenge: 'Basic', reason: null })
}

describe('pages of another origin', () => {
  it.each([
    'https://evil.example',
    'https://console.example.evil.example',
    'https://xconsole.example',
    'http://console.example',
    'https://console.example:8443',
    'https://console.example/',
    'HTTPS://CONSOLE.EXAMPLE',
    'http://localhost',
    'null',
    '*',
    '',
  ])('%j are told nothing, and no caches mix them up', async (origin) => {
    const asked = await preflight(origin)
    expect([asked.statusCode, cors(asked.headers), asked.headers.vary]).toEqual([405, {}, 'Origin'])
    expect(JSON.stringify(asked.headers)).not.toContain('x-trace')
    const answer = await server.inject({ url: '/nowhere', headers: { origin } })
    expect([cors(answer.headers), answer.headers.vary]).toEqual([{}, 'Origin'])
  })

  it('are told nothing where there is no CORS_ORIGINS', async () => {
    const closed = createTestGateway(database).server
    const response = await closed.inject({ url: '/graphql?query={__typename}', headers: { origin: ours } })
    expect([response.statusCode, cors(response.headers)]).toEqual([200, {}])
  })
})
