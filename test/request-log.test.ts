import { describe, expect, it, onTestFinished } from 'vitest'
import { AccountScope } from '../src/database/account-scope.ts'
import { createServer } from '../src/http/server.ts'
import { createTestDatabase } from './support/database.ts'
import { anyStorage } from './support/gateway.ts'
import { type Line, recordLog } from './support/log-lines.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)

function gateway({ level = 'info', role = 'ADMIN' as 'ADMIN' | 'VIEWER' } = {}) {
  const { log, lines, text } = recordLog({ level })
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
  })
  onTestFinished(() => server.close())
  const post = (payload: object) =>
    server.inject({ method: 'POST', url: '/graphql', payload, headers: { 'x-request-id': 'r1' } })
  const requests = () => lines.filter(({ msg }) => msg === 'request')
  return { server, post, lines, requests, text }
}
const line = {
  level: 30,
  time: expect.stringMatching(/^\d{4}-.*Z$/),
  msg: 'request',
  reqId: 'r1',
  ip: '127.0.0.1',
  method: 'POST',
  path: '/graphql',
  status: 200,
  ms: expect.any(Number),
  account: '1a1',
  actor: 'a-key',
}

describe('a request is one line, with', () => {
  it('who asked, and for which operation', async () => {
    const { post, lines } = gateway()
    await post({ query: 'query Who { viewer { role } } query Other { __typename }', operationName: 'Who' })
    expect(lines).toEqual([{ ...line, operation: 'Who', type: 'query' }])
  })

  it('no operation where it has no name, or cannot be read', async () => {
    const { post, requests } = gateway()
    await post({ query: '{ __typename }' })
    await post({ query: '{ nope' })
    expect(requests()).toEqual([
      { ...line, type: 'query' },
      { ...line, errors: ['GRAPHQL_PARSE_FAILED'] },
    ])
  })

  it('the codes of its errors, and of what was refused as data', async () => {
    const { post, requests } = gateway()
    await post({
      query: `mutation { a: removeSnapshot(input: { id: "1s99" }) { __typename }
        b: createVolume(input: { name: "" }) { __typename } }`,
    })
    await post({ query: '{ snapshots(first: 5000) { totalCount } volumes(first: 5000) { totalCount } }' })
    const viewer = gateway({ role: 'VIEWER' })
    await viewer.post({ query: 'mutation { removeSnapshot(input: { id: "1s99" }) { __typename } }' })
    expect([...requests(), ...viewer.requests()]).toEqual([
      { ...line, type: 'mutation', refusals: ['NOT_FOUND', 'MIN_LENGTH_EXCEEDED'] },
      { ...line, type: 'query', errors: ['BAD_USER_INPUT'] },
      { ...line, type: 'mutation', refusals: ['FORBIDDEN'], errors: ['FORBIDDEN'] },
    ])
  })

  it('little of what callers may make long, and nothing of variables and documents', async () => {
    const { server, post, requests, text } = gateway({ level: 'trace' })
    const variables = { id: 'a-value-of-a-variable' }
    await post({ query: `query ${'N'.repeat(5000)}($id: ID!) { snapshot(id: $id) { id } }`, variables })
    await server.inject({ url: `/${'p'.repeat(90)}/${'q'.repeat(5000)}?token=a-value-of-a-variable` })
    await server.inject({ url: `/graphql?query={__typename}&variables={"x":"a-value-of-a-variable"}` })
    for (const { operation, path } of requests()) {
      expect(String(operation ?? '').length).toBeLessThanOrEqual(200)
      expect(String(path).length).toBeLessThanOrEqual(200)
    }
    expect(requests()).toHaveLength(3)
    expect(text()).not.toContain('a-value-of-a-variable')
  })

  it('nothing of health, and of GraphiQL only its page, unless more is asked for', async () => {
    const ask = async ({ server }: ReturnType<typeof gateway>) => {
      for (const url of ['/healthz', '/readyz', '/graphql/assets/start.js', '/graphql/assets/none'])
        await server.inject({ url })
      await server.inject({ url: '/graphql', headers: { accept: 'text/html' } })
    }
    const usual = gateway()
    await ask(usual)
    expect(usual.requests().map(({ path, status }) => [path, status])).toEqual([
      ['/graphql/assets/none', 404],
      ['/graphql', 200],
    ])
    const chatty = gateway({ level: 'debug' })
    await ask(chatty)
    expect(chatty.requests().map(({ path }) => path)).toContain('/graphql/assets/start.js')
  })
})

describe('what a mutation changes is a line', () => {
  const changes = (lines: Line[]) => lines.filter(({ event }) => event !== undefined)
  const accepted = {
    level: 30,
    time: expect.any(String),
    event: 'accepted',
    account: '1a1',
    reqId: 'r1',
    actor: 'a-key',
  }

  it('from the state that it was in to the one that it is in, and what that cancels', async () => {
    const { post, lines } = gateway()
    const volume = await make.volume()
    const mutate = async (field: string) => {
      const { errors, data } = (
        await post({ query: `mutation { result: ${field} { __typename ... on Node { id } } }` })
      ).json()
      expect(errors).toBeUndefined()
      return data.result.id as string
    }
    const id = await mutate(`createSnapshot(input: { volumeId: "1v${volume}" })`)
    await mutate(`removeSnapshot(input: { id: "${id}" })`)
    const done = await make.snapshot(volume)
    await mutate(`backupSnapshot(input: { id: "1s${done}" })`)
    const backup = await make.backup(volume, done)
    await mutate(`removeBackup(input: { id: "1b${backup}" })`)
    const free = await mutate('createVolume(input: { name: "fresh" })')
    await mutate(`updateVolume(input: { id: "${free}", description: "x" })`)
    await mutate(`removeVolume(input: { id: "${free}" })`)
    const of = (operation: string, id: string, from: string | null, to: string, more = {}) => ({
      ...accepted,
      msg: `${operation}: accepted`,
      operation,
      id,
      from,
      to,
      ...more,
    })
    expect(changes(lines)).toEqual([
      of('snapshot.create', id, null, 'requested'),
      of('snapshot.remove', id, 'requested', 'removing', { cancelled: 'snapshot.create' }),
      of('snapshot.backup', `1s${done}`, 'created', 'backing-up'),
      of('backup.remove', `1b${backup}`, 'created', 'removing'),
      of('volume.create', free, null, 'active'),
      of('volume.update', free, 'active', 'active'),
      of('volume.remove', free, 'active', 'removed'),
    ])
  })

  it('once, also where it is asked for again with its idempotency key; and none where it is refused', async () => {
    const { post, lines, requests } = gateway()
    const volume = await make.volume()
    const query = `mutation { createSnapshot(input: { volumeId: "1v${volume}", idempotencyKey: "k" }) { __typename } }`
    await post({ query })
    await post({ query })
    await post({ query: 'mutation { createSnapshot(input: { volumeId: "1v0" }) { __typename } }' })
    expect(requests()).toHaveLength(3)
    expect(changes(lines)).toHaveLength(1)
  })
})
