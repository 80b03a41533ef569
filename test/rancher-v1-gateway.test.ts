import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AccountScope } from '../src/database/account-scope.ts'
import { createServer, type ServerOptions } from '../src/http/server.ts'
import { createTestDatabase } from './support/database.ts'
import { anyStorage, createTestGateway } from './support/gateway.ts'
import { recordLog } from './support/log-lines.ts'
import { asker, askRaw, expectError } from './support/rancher-v1.ts'
import { lockTable } from './support/row-lock.ts'
import { rowMaker } from './support/rows.ts'

// What /v1 has of the gateway as a whole: its settings, its log, its proxies, and what is promised of changes.

const database = await createTestDatabase()
const make = rowMaker(database)

describe('RANCHER_V1=off', () => {
  const off = createTestGateway(database, { rancherV1: false })
  const ask = asker(off)

  it('serves nothing below /v1, and does not speak as if it did', async () => {
    for (const url of ['/v1', '/v1/schemas', '/v1/snapshots/1s1', '/v1/%']) {
      const { status, headers, body } = await ask('GET', url)
      expect([url, status < 500 && status >= 400]).toEqual([url, true])
      expect(headers['x-api-schemas']).toBeUndefined()
      expect(body.errors).toHaveLength(1)
    }
  })

  it('leads programs to GraphQL from the root too', async () => {
    const { statusCode, headers } = await off.server.inject('/')
    expect([statusCode, headers.location]).toEqual([302, '/graphql'])
  })
})

describe('the log', () => {
  function recorded(role: 'ADMIN' | 'VIEWER' = 'ADMIN') {
    const { log, lines } = recordLog({ level: 'info' })
    const server = createServer({
      log,
      handles: { storage: anyStorage, operationDeadline: 60, events: database.events },
      authenticate: () => ({
        scope: new AccountScope(database.handle, 1n),
        role,
        actor: 'a-key',
        name: 'a key',
      }),
      isReady: async () => true,
    } satisfies ServerOptions)
    onTestFinished(() => server.close())
    return { ask: asker({ server }), requests: () => lines.filter(({ msg }) => msg === 'request') }
  }

  it('says of a read that it is one, and why it failed', async () => {
    const { ask, requests } = recorded()
    await ask('GET', '/v1/snapshots?limit=1')
    await ask('GET', '/v1/snapshots/1s99999')
    expect(requests()).toEqual([
      expect.objectContaining({ path: '/v1/snapshots', type: 'query', status: 200, account: '1a1' }),
      expect.objectContaining({ type: 'query', status: 404, errors: ['Not Found'] }),
    ])
  })

  it('says of a change what it is, and what came of it, as it does of a mutation', async () => {
    const volume = await make.volume()
    const { ask, requests } = recorded()
    await ask('POST', '/v1/snapshots', { body: { volumeId: `1v${volume}` } })
    await ask('POST', '/v1/snapshots', { body: { volumeId: '1v99999' } })
    const [made, refused] = requests()
    expect(made).toMatchObject({ type: 'mutation', operation: 'snapshot.create', status: 201 })
    expect(refused).toMatchObject({ operation: 'snapshot.create', refusals: ['INVALID_REFERENCE'] })
    expect(refused).not.toHaveProperty('errors')
  })

  it('says of a change that the role does not allow which it was', async () => {
    const { ask, requests } = recorded('VIEWER')
    await ask('POST', '/v1/snapshots', { body: {} })
    expect(requests()).toEqual([
      expect.objectContaining({
        status: 403,
        type: 'mutation',
        operation: 'snapshot.create',
        refusals: ['FORBIDDEN'],
        errors: ['Forbidden'],
      }),
    ])
  })

  it('has the id of an error, also where the request has one that is no UUID', async () => {
    const { ask, requests } = recorded()
    const own = await ask('GET', '/v1/nothing', { headers: { 'x-request-id': 'mine' } })
    const none = await ask('GET', '/v1/nothing')
    const [named, unnamed] = requests()
    expect(named).toMatchObject({ reqId: 'mine', errorId: own.body.id })
    expect(unnamed?.reqId).toBe(none.body.id)
    expect(unnamed).not.toHaveProperty('errorId')
  })
})

it('says in which states an action is available as the resources spell them', async () => {
  const ask = asker(createTestGateway(database))
  const id = await make.snapshot(await make.volume(), { state: 'backed-up' })
  const { body } = await ask('POST', `/v1/snapshots/1s${id}/?action=backup`)
  expect(body.message).toBe(
    'a snapshot in state backed-up cannot be backed up; allowed only in state created',
  )
})

describe('a change that was made', () => {
  it('is answered as made, whatever cannot be read beside it', async () => {
    const ask = asker(createTestGateway(database))
    await lockTable(database.client, 'snapshot')
    const reply = await ask('POST', '/v1/volumes', { body: { name: 'beside a lock' } })
    expect([reply.status, reply.body]).toMatchObject([201, { name: 'beside a lock' }])
    expect(Object.keys(reply.body.actions)).toEqual(['remove'])
  })

  it('is one for which all that is shown can be read: else nothing was done', async () => {
    const ask = asker(createTestGateway(database))
    const id = await make.volume({ name: 'as before' })
    const { release } = await lockTable(database.client, 'snapshot')
    const reply = await ask('PUT', `/v1/volumes/1v${id}`, { body: { name: 'changed' } })
    await release()
    expect(reply.status).toBeGreaterThanOrEqual(400)
    expect((await ask('GET', `/v1/volumes/1v${id}`)).body.name).toBe('as before')
  })
})

describe('behind a trusted proxy', () => {
  const { server } = createTestGateway(database, { trustedProxies: ['10.0.0.1'] })
  const base = async (headers: Record<string, string>) => {
    const reply = await asker({ server })('GET', '/v1', { headers, remoteAddress: '10.0.0.1' })
    return reply.body.links.self
  }
  const forwarded = { 'x-forwarded-host': 'pub.example', 'x-forwarded-proto': 'https' }

  it.each([
    ['no port', {}, 'https://pub.example/v1'],
    ['a port of its own', { 'x-forwarded-port': '8443' }, 'https://pub.example:8443/v1'],
    ['the port that goes without saying', { 'x-forwarded-port': '443' }, 'https://pub.example/v1'],
    ['a port that there is not', { 'x-forwarded-port': '99999' }, 'https://pub.example/v1'],
    ['a port that is none', { 'x-forwarded-port': 'x' }, 'https://pub.example/v1'],
    ['a scheme in capitals', { 'x-forwarded-proto': 'HTTPS' }, 'https://pub.example/v1'],
    ['another scheme', { 'x-forwarded-proto': 'javascript' }, 'http://pub.example/v1'],
    ['the port beside the host', { 'x-forwarded-host': 'pub.example:81' }, 'https://pub.example:81/v1'],
  ])('links are those of the proxy: %s', async (_, more, expected) => {
    expect(await base({ host: 'inner:4000', ...forwarded, ...more })).toBe(expected)
  })
})

it('a target that is a whole URL is taken for its path', async () => {
  const { server } = createTestGateway(database)
  await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const { port } = server.server.address() as AddressInfo
  const whole = `http://127.0.0.1:${port}/v1`
  const reply = await askRaw(port, `${whole}/schemas/snapshot`)
  expect([reply.status, reply.body.id]).toEqual([200, 'snapshot'])
  expectError(await askRaw(port, `${whole}/nothing`), 404)
})

it('the account is filtered by at most a hundred conditions too', async () => {
  const ask = asker(createTestGateway(database))
  const conditions = (count: number) => Array.from({ length: count }, (_, n) => `name_ne=${n}`).join('&')
  expect((await ask('GET', `/v1/accounts?${conditions(100)}`)).status).toBe(200)
  for (const plural of ['accounts', 'volumes'])
    expectError(await ask('GET', `/v1/${plural}?${conditions(101)}`), 400)
})

it('a body of a hundred thousand fields is read for the few that are meant', async () => {
  const ask = asker(createTestGateway(database))
  const id = await make.volume()
  const fields = Object.fromEntries(Array.from({ length: 80_000 }, (_, n) => [`k${n}`, 1]))
  const reply = await ask('PUT', `/v1/volumes/1v${id}`, { body: { ...fields, description: 'x', name: '' } })
  expectError(reply, 422, { code: 'MinLengthExceeded', fieldName: 'name' })
})
