import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest'
import { createClient, createTimedClient } from '../src/client/create-client.ts'
import { GatewayError } from '../src/client/gateway-error.ts'
import {
  CreateSnapshotDocument,
  GetViewerDocument,
  type GetViewerQuery,
  ListSnapshotsDocument,
} from '../src/client/operations.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { startRelay } from './support/relay.ts'
import { rowMaker } from './support/rows.ts'
import { answers, refuses, startScriptedServer } from './support/scripted-server.ts'

const times = { backoff: { first: 0.001, longest: 0.001 }, silence: 30 }
const viewer = { viewer: { role: 'ADMIN', account: { id: '1a1', name: 'default' } } }

/** What it throws, which must be a GatewayError. */
async function failure(request: Promise<unknown>): Promise<GatewayError> {
  const error = await request.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof GatewayError)) throw new Error('this is no GatewayError', { cause: error })
  return error
}

describe('a request', () => {
  it('sends a typed document, and returns its data', async () => {
    const { url, received } = await startScriptedServer(answers({ data: viewer }))
    const result = await createClient({ url }).request(GetViewerDocument)
    expectTypeOf(result).toEqualTypeOf<GetViewerQuery>()
    expect(result).toEqual(viewer)
    expect(received).toMatchObject([
      {
        headers: {
          'content-type': 'application/json',
          accept: expect.stringMatching(/^application\/graphql-response\+json/),
        },
        body: { query: expect.stringContaining('query GetViewer') },
      },
    ])
  })

  it("sends one's own document, with variables, headers and a credential that is asked for each time", async () => {
    const { url, received } = await startScriptedServer(answers({ data: { snapshot: null } }))
    let asked = 0
    const authorization = async () => `Bearer ${++asked}`
    const client = createClient({ url, authorization, headers: { 'x-request-id': 'mine' } })
    const document = 'query ($id: ID!) { snapshot(id: $id) { id } }'
    type Result = { snapshot: { id: string } | null }
    for (const id of ['1s1', '1s2'])
      expect((await client.request<Result, { id: string }>(document, { id })).snapshot).toBeNull()
    expect(received).toMatchObject([
      {
        headers: { authorization: 'Bearer 1', 'x-request-id': 'mine' },
        body: { query: document, variables: { id: '1s1' } },
      },
      {
        headers: { authorization: 'Bearer 2', 'x-request-id': 'mine' },
        body: { query: document, variables: { id: '1s2' } },
      },
    ])
  })

  it('fails with what the gateway tells of errors, and has the data beside them', async () => {
    const errors = [
      { message: 'one', path: ['a'], extensions: { code: 'TOO_COSTLY' } },
      { message: 'two', extensions: { code: 'UNAVAILABLE' } },
    ]
    const body = { data: { a: null, b: 1 }, errors, extensions: { requestId: 'r1' } }
    const { url } = await startScriptedServer(answers(body, 503, { 'retry-after': '7' }))
    const error = await failure(createClient({ url }).request('{ a b }'))
    expect(error).toMatchObject({
      message: 'one; two',
      name: 'GatewayError',
      errors,
      codes: ['TOO_COSTLY', 'UNAVAILABLE'],
      status: 503,
      requestId: 'r1',
      retryAfter: 7,
      data: { a: null, b: 1 },
      isRetryable: false, // the first stays as it is
    })
  })

  it('tells by codes, and else by the status, whether it may go well later', async () => {
    const page = (status: number) => answers('<html>', status)
    const replies = [
      refuses('UNAVAILABLE', 503),
      refuses('TOO_MANY_REQUESTS', 429),
      page(502),
      refuses('FORBIDDEN', 403),
      refuses('INTERNAL_SERVER_ERROR', 500),
      page(404),
    ] as const
    const { url } = await startScriptedServer(...replies)
    const retryable: boolean[] = []
    for (const _ of replies)
      retryable.push((await failure(createClient({ url }).request('{ a }'))).isRetryable)
    expect(retryable).toEqual([true, true, true, false, false, false])
  })

  it('reads a Retry-After that is a date', async () => {
    const date = new Date(Date.now() + 60_000).toUTCString()
    const { url } = await startScriptedServer(refuses('UNAVAILABLE', 503, { 'retry-after': date }))
    const { retryAfter } = await failure(createClient({ url }).request('{ a }'))
    expect(retryAfter).toBeGreaterThan(50)
    expect(retryAfter).toBeLessThanOrEqual(60)
  })

  it('keeps the cause where there is no answer, or half of one', async () => {
    const unreachable = await failure(createClient({ url: 'http://127.0.0.1:9/graphql' }).request('{ a }'))
    expect(unreachable).toMatchObject({
      status: null,
      codes: [],
      isRetryable: true,
      cause: expect.any(TypeError),
    })
    const { url } = await startScriptedServer((response) => {
      response.writeHead(200, { 'content-length': '100' }).write('{"data":', () => response.destroy())
    })
    const cut = await failure(createClient({ url }).request('{ a }'))
    expect(cut).toMatchObject({ isRetryable: true, cause: expect.any(Error) })
  })

  it('ends with the reason of its signal, while it waits for an answer or to try again', async () => {
    const { url } = await startScriptedServer(() => ending.abort(reason))
    const reason = new Error('enough')
    const ending = new AbortController()
    const asked = createClient({ url }).request('{ a }', {}, { signal: ending.signal })
    await expect(asked).rejects.toBe(reason)

    const away = await startScriptedServer((response, request) => {
      refuses('UNAVAILABLE', 503, { 'retry-after': '3600' })(response, request)
      later.abort(reason)
    })
    const later = new AbortController()
    const options = { signal: later.signal, retry: true }
    await expect(createClient({ url: away.url }).request('{ a }', {}, options)).rejects.toBe(reason)
  })
})

describe('with retry', () => {
  it('what is UNAVAILABLE, or is lost, is sent again as it was', async () => {
    const { url, received } = await startScriptedServer(
      refuses('UNAVAILABLE', 503),
      (response) => response.destroy(),
      answers('<html>', 502),
      answers({ data: { createSnapshot: null } }),
    )
    const variables = { input: { volumeId: '1v1', idempotencyKey: 'k' } }
    await createTimedClient({ url }, times).request(CreateSnapshotDocument, variables, { retry: true })
    expect(received).toHaveLength(4)
    for (const { body } of received) expect(body).toEqual(received[0]?.body)
  })

  it('what stays as it is fails at once, and the rest after ten attempts', async () => {
    const forbidden = await startScriptedServer(refuses('FORBIDDEN', 403))
    const client = createTimedClient({ url: forbidden.url }, times)
    expect((await failure(client.request('{ a }', {}, { retry: true }))).codes).toEqual(['FORBIDDEN'])
    expect(forbidden.received).toHaveLength(1)

    const away = await startScriptedServer(refuses('UNAVAILABLE', 503))
    const { codes } = await failure(
      createTimedClient({ url: away.url }, times).request('{ a }', {}, { retry: true }),
    )
    expect([codes, away.received.length]).toEqual([['UNAVAILABLE'], 10])
  })

  it('a mutation without an idempotency key is refused before it is sent', async () => {
    const { url, received } = await startScriptedServer(answers({ data: {} }))
    const client = createClient({ url })
    const input = { volumeId: '1v1', idempotencyKey: null }
    await expect(client.request(CreateSnapshotDocument, { input }, { retry: true })).rejects.toThrow(
      TypeError,
    )
    expect(received).toEqual([])
    const document = 'mutation { removeSnapshot(input: { id: "1s1", idempotencyKey: "k" }) { __typename } }'
    await client.request(document, {}, { retry: true })
    expect(received).toHaveLength(1)
  })

  it('a mutation whose answer was lost is done once', async () => {
    const database = await createTestDatabase()
    await rowMaker(database).volume()
    const { server } = createTestGateway(database)
    onTestFinished(() => server.close())
    const address = { url: await server.listen({ port: 0, host: '127.0.0.1' }) }
    let answered = 0
    const relay = await startRelay(address, (client, gateway) => {
      client.pipe(gateway)
      gateway.on('data', (bytes) => (++answered === 1 ? client.destroy() : client.write(bytes)))
    })
    onTestFinished(relay.close)
    const client = createTimedClient({ url: new URL('/graphql', relay.url) }, times)
    const input = { volumeId: '1v1', name: 'once', idempotencyKey: 'k' }
    const { createSnapshot } = await client.request(CreateSnapshotDocument, { input }, { retry: true })
    expect(createSnapshot).toMatchObject({ __typename: 'Snapshot', name: 'once' })
    const { snapshots } = await client.request(ListSnapshotsDocument)
    expect(snapshots.nodes).toHaveLength(1)
    expect(answered).toBeGreaterThan(1)
  })
})
