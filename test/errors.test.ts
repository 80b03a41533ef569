import type { InjectOptions } from 'fastify'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { AccountScope } from '../src/database/account-scope.ts'
import { connect } from '../src/database/database.ts'
import { schema } from '../src/graphql/schema.ts'
import { createServer } from '../src/http/server.ts'
import { createTestDatabase } from './support/database.ts'
import { anyStorage, createTestGateway } from './support/gateway.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)

/** A gateway on another connection, and what it logs. */
function gatewayOn(address: Parameters<typeof connect>[0], { statementTimeout = 5 } = {}) {
  const { handle, close } = connect(address, { pool: 2, statementTimeout })
  const logged: Record<string, unknown>[] = []
  const log = pino({}, { write: (line: string) => void logged.push(JSON.parse(line)) })
  const server = createServer({
    log,
    handles: { storage: anyStorage, operationDeadline: 60, events: database.events },
    authenticate: () => ({ scope: new AccountScope(handle, 1n), role: 'ADMIN', actor: null, name: 'test' }),
    isReady: async () => false,
    corsOrigins: ['https://console.example'],
  })
  onTestFinished(async () => {
    await server.close()
    await close()
  })
  const post = (query: string, headers: Record<string, string> = {}) =>
    server.inject({ method: 'POST', url: '/graphql', payload: { query }, headers })
  return { server, post, logged }
}
const codes = (body: { errors?: { extensions: { code: string } }[] }) =>
  body.errors?.map((error) => error.extensions.code)

describe('what was not meant for the caller', () => {
  it('is masked, and logged once, under the request id that the answer has', async () => {
    const own = await createTestDatabase()
    await own.client`alter table account rename column name to other`
    const { post, logged } = gatewayOn(own.address)
    const response = await post('{ viewer { account { name } } }', { 'x-request-id': 'my-id' })
    expect(response.statusCode).toBe(500)
    expect(response.headers['x-request-id']).toBe('my-id')
    const body = response.json()
    expect(body.errors).toEqual([
      {
        message: 'Unexpected error.',
        path: expect.any(Array),
        locations: expect.any(Array),
        extensions: { code: 'INTERNAL_SERVER_ERROR' },
      },
    ])
    expect(body.extensions).toEqual({ requestId: 'my-id' })
    expect(Object.keys(body)).toEqual(['errors', 'data', 'extensions'])
    const errors = logged.filter((line) => line.level === 50)
    expect(errors).toHaveLength(1)
    expect(errors[0]).toMatchObject({ reqId: 'my-id', msg: 'a request failed' })
    expect(JSON.stringify(errors[0])).toContain('does not exist')
  })

  it.each([
    ['an error', new Error('a secret')],
    ['a text', 'a secret'],
    ['an object', { note: 'a secret' }],
  ])('is masked and logged just so outside of execution: %s', async (_, fault) => {
    const { post, logged } = gatewayOn(database.address)
    vi.spyOn(schema, 'getQueryType').mockImplementation(() => {
      throw fault
    })
    onTestFinished(() => void vi.restoreAllMocks())
    const response = await post(`{ viewer { role } } # ${crypto.randomUUID()}`, { 'x-request-id': 'my-id' })
    expect([response.statusCode, response.json()]).toEqual([
      500,
      {
        errors: [{ message: 'Unexpected error.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
        extensions: { requestId: 'my-id' },
      },
    ])
    const errors = logged.filter((line) => line.level === 50)
    expect(errors).toMatchObject([{ reqId: 'my-id', msg: 'a request failed' }])
    expect(JSON.stringify(errors)).toContain('a secret')
  })
})

describe('a database', () => {
  it('that is away is a prompt UNAVAILABLE with Retry-After', async () => {
    const { post } = gatewayOn({ url: 'postgres://u:secret@127.0.0.1:1/x' })
    for (const query of [
      '{ snapshots { nodes { id } } }',
      'mutation { removeSnapshot(input: { id: "1s1" }) { __typename } }',
    ]) {
      const response = await post(query)
      expect([response.statusCode, response.headers['retry-after']]).toEqual([503, '5'])
      expect(codes(response.json())).toEqual(['UNAVAILABLE'])
      expect(response.body).not.toContain('secret')
    }
  })

  it('that takes too long is TOO_COSTLY', async () => {
    const { post } = gatewayOn(database.address, { statementTimeout: 0.2 })
    const holding = database.client.begin(async (tx) => {
      await tx`lock table snapshot in access exclusive mode`
      return (await post('{ snapshots { totalCount } }')).json()
    })
    expect(codes(await holding)).toEqual(['TOO_COSTLY'])
  })
})

describe('a document', () => {
  it.each([
    ['that is not GraphQL', '{ snap', ['GRAPHQL_PARSE_FAILED']],
    ['that does not fit the schema', '{ nope }', ['GRAPHQL_VALIDATION_FAILED']],
    [
      'with a literal of another type',
      '{ snapshots(first: "x") { totalCount } }',
      ['GRAPHQL_VALIDATION_FAILED'],
    ],
    ['without a variable that it needs', 'query ($id: ID!) { snapshot(id: $id) { id } }', ['BAD_USER_INPUT']],
    [
      'with a time that is none',
      '{ snapshots(filter: { createdAfter: "x" }) { totalCount } }',
      ['GRAPHQL_VALIDATION_FAILED', 'BAD_USER_INPUT'],
    ],
  ])('%s is refused', async (_, query, allowed) => {
    const { errors, data, extensions, headers } = await gateway.query(query)
    expect(data ?? null).toBeNull()
    expect(allowed).toContain(errors?.[0]?.extensions.code)
    expect(extensions?.requestId).toBe(headers['x-request-id'])
  })

  it('with a wrong scalar is told where', async () => {
    const { errors } = await gateway.query('{ snapshots(filter: { createdAfter: "x" }) { totalCount } }')
    expect(errors).toMatchObject([
      { locations: [{ line: 1, column: 37 }], extensions: { code: 'BAD_USER_INPUT' } },
    ])
  })

  it('that the role does not allow is FORBIDDEN, field by field', async () => {
    const answer = await gateway.as('VIEWER').query(`mutation {
      a: createSnapshot(input: { volumeId: "1v1" }) { __typename } b: removeBackup(input: { id: "1b1" }) { __typename } }`)
    expect(answer.data).toEqual({ a: null, b: null })
    expect(answer.errors?.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['a'], 'FORBIDDEN'],
      [['b'], 'FORBIDDEN'],
    ])
  })
})

describe('a request', () => {
  const { server } = gateway
  const send = (options: InjectOptions) => server.inject(options)
  const json = { 'content-type': 'application/json' }

  it.each([
    ['without a body', { method: 'POST', url: '/graphql' }, 400],
    ['with an empty object', { method: 'POST', url: '/graphql', payload: '{}', headers: json }, 400],
    ['with a list', { method: 'POST', url: '/graphql', payload: '[]', headers: json }, 400],
    ['with a null', { method: 'POST', url: '/graphql', payload: 'null', headers: json }, 400],
    ['with a text', { method: 'POST', url: '/graphql', payload: '"abc"', headers: json }, 400],
    ['with several', { method: 'POST', url: '/graphql', payload: [{ query: '{ __typename }' }] }, 400],
    ['without a query', { method: 'POST', url: '/graphql', payload: { variables: {} } }, 400],
    ['with a number for a query', { method: 'POST', url: '/graphql', payload: { query: 5 } }, 400],
    [
      'with a text for variables',
      { method: 'POST', url: '/graphql', payload: { query: '{ __typename }', variables: '{}' } },
      400,
    ],
    [
      'with a parameter that there is not',
      { method: 'POST', url: '/graphql', payload: { query: '{ __typename }', id: 1 } },
      400,
    ],
    ['by GET without a query', { url: '/graphql' }, 400],
    ['by GET with variables that are no JSON', { url: '/graphql?query={__typename}&variables=%7B' }, 400],
    ['by GET with extensions that are no JSON', { url: '/graphql?query={__typename}&extensions=%7B' }, 400],
    ['that is not JSON', { method: 'POST', url: '/graphql', payload: '{"query"', headers: json }, 400],
    [
      'as text',
      { method: 'POST', url: '/graphql', payload: '{}', headers: { 'content-type': 'text/plain' } },
      415,
    ],
    [
      'as a form',
      {
        method: 'POST',
        url: '/graphql',
        payload: 'query=1',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
      },
      415,
    ],
    [
      'to change something by GET',
      {
        method: 'GET',
        url: '/graphql?query=mutation%7BremoveSnapshot(input%3A%7Bid%3A%221s1%22%7D)%7B__typename%7D%7D',
      },
      405,
    ],
    ['to put something', { method: 'PUT', url: '/graphql', payload: '{}', headers: json }, 405],
    ['to delete something', { method: 'DELETE', url: '/graphql', headers: { accept: 'text/html' } }, 405],
    ['elsewhere', { method: 'GET', url: '/nowhere' }, 404],
    [
      'that is too large',
      { method: 'POST', url: '/graphql', payload: `{"query":"${'x'.repeat(2 ** 21)}"}`, headers: json },
      413,
    ],
  ] as const)('%s is answered %o', async (_, request, status) => {
    const response = await send(request as never)
    expect(response.statusCode).toBe(status)
    const { errors, extensions } = response.json()
    expect(errors).toHaveLength(1)
    expect(['BAD_REQUEST', 'NOT_FOUND']).toContain(errors[0].extensions.code)
    expect(Object.keys(errors[0].extensions)).toEqual(['code'])
    expect(extensions.requestId).toBe(response.headers['x-request-id'])
  })

  it.each([
    ['a name that there is not', { query: 'query A { __typename }', operationName: 'B' }],
    ['no name, of several', { query: 'query A { __typename } query B { __typename }' }],
  ])('for the operation with %s is answered 400', async (_, payload) => {
    const response = await send({ method: 'POST', url: '/graphql', payload })
    expect([response.statusCode, codes(response.json())]).toEqual([400, ['OPERATION_RESOLUTION_FAILURE']])
    expect(response.json().extensions.requestId).toBe(response.headers['x-request-id'])
  })

  it.each(['a:99999999', '[::zz', 'a b[:', ''])('to the host %j is answered like any other', async (host) => {
    const response = await send({ url: '/graphql?query={__typename}', headers: { host } })
    expect([response.statusCode, response.json()]).toEqual([200, { data: { __typename: 'Query' } }])
  })

  it('to read something by GET is fine', async () => {
    const response = await send({ method: 'GET', url: '/graphql?query=%7Bviewer%7Brole%7D%7D' })
    expect([response.statusCode, response.json()]).toEqual([200, { data: { viewer: { role: 'ADMIN' } } }])
  })

  it.each([
    ['something', '/graphql?query={__typename}', 200],
    ['nothing', '/graphql', 400],
    ['a change', '/graphql?query=mutation{removeSnapshot(input:{id:"1s1"}){__typename}}', 405],
  ])('for the head of %s is answered as GET would, without a body', async (_, url, status) => {
    const get = await send({ method: 'GET', url })
    const head = await send({ method: 'HEAD', url })
    expect([get.statusCode, head.statusCode, head.body]).toEqual([status, status, ''])
    for (const name of ['content-type', 'content-length', 'allow', 'vary'])
      expect(head.headers[name]).toBe(get.headers[name])
  })

  it('has an id of its own unless it brings one that can stand in a log', async () => {
    const idFor = async (id: string) =>
      (await send({ method: 'GET', url: '/healthz', headers: { 'x-request-id': id } })).headers[
        'x-request-id'
      ]
    expect(await idFor('abc-123')).toBe('abc-123')
    for (const bad of ['', 'a b', 'x'.repeat(129), 'a"b']) expect(await idFor(bad)).toMatch(/^[0-9a-f]{8}-/)
  })
})

describe('health', () => {
  it('tells whether the process lives, and whether it can serve, without a reason', async () => {
    const { server } = gatewayOn(database.address)
    const live = await server.inject('/healthz')
    expect([live.statusCode, live.json()]).toEqual([200, { status: 'ok' }])
    const ready = await server.inject('/readyz')
    expect([ready.statusCode, ready.json()]).toEqual([503, { status: 'not ready' }])
  })
})

describe('answers to other origins', () => {
  it.each(['application/json', 'text/html'])('are told apart by caches, as %s is', async (accept) => {
    const { server } = gatewayOn(database.address)
    const response = await server.inject({
      url: '/graphql',
      headers: { accept, origin: 'https://x.example' },
    })
    expect(response.headers.vary).toBe('Origin, accept')
  })
})
