import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { createTestGateway } from './support/gateway.ts'

const database = await createTestDatabase()
const { server } = createTestGateway(database, { receiveTimeout: 0.3 })
await server.listen({ host: '127.0.0.1', port: 0 })
afterAll(() => server.close())
const { port } = server.server.address() as AddressInfo

const query = '{ __typename }'
const post = (payload: string | Buffer, headers: Record<string, string> = {}) =>
  server.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json', ...headers },
    payload,
  })

describe('a body that is not what it should be is a 4xx in our form, and asks nothing of the database', () => {
  it.each([
    ['nothing', ''],
    ['a number', '7'],
    ['a string', '"{ __typename }"'],
    ['null', 'null'],
    ['a list', JSON.stringify([{ query }])],
    ['no query', '{}'],
    ['a query that is null', '{"query":null}'],
    ['a query that is a number', '{"query":7}'],
    ['a query that is an object', '{"query":{}}'],
    ['variables that are a string', JSON.stringify({ query, variables: '{}' })],
    ['variables that are a list', JSON.stringify({ query, variables: [1] })],
    ['variables that are a number', JSON.stringify({ query, variables: 1 })],
    ['an operationName that is an object', JSON.stringify({ query, operationName: {} })],
    ['an operationName that is a number', JSON.stringify({ query, operationName: 1 })],
    ['extensions that are a string', JSON.stringify({ query, extensions: 'x' })],
    ['extensions that are a list', JSON.stringify({ query, extensions: [] })],
    ['half of JSON', '{"query":"{ __type'],
    ['two documents', '{"query":"{ __typename }"}{}'],
    ['a byte order mark alone', '\uFEFF'],
    ['bytes that are no UTF-8 in the query', Buffer.from('{"query":"{ __typename \xff\xfe }"}', 'latin1')],
    [
      'bytes that are no UTF-8 in a text',
      Buffer.from('{"query":"{ node(id: \\"\xc3\x28\\") { id } }"}', 'latin1'),
    ],
    ['half a character', Buffer.from('{"query":"{ __typename } #\xe2\x82"}', 'latin1')],
    ['a surrogate in bytes', Buffer.from('{"query":"{ __typename } #\xed\xa0\x80"}', 'latin1')],
    ['__proto__', '{"__proto__":{"query":"{ __typename }"}}'],
  ])('%s', async (_, payload) => {
    database.statements.length = 0
    const response = await post(payload)
    expect(response.statusCode).toBe(400)
    expect(response.json().errors).toMatchObject([
      {
        message: expect.any(String),
        extensions: { code: expect.stringMatching(/^(BAD_REQUEST|GRAPHQL_PARSE_FAILED)$/) },
      },
    ])
    expect(response.json().extensions).toEqual({ requestId: response.headers['x-request-id'] })
    expect(database.statements).toEqual([])
  })

  it.each([
    ['no type', {}],
    ['text', { 'content-type': 'text/plain' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['another encoding of characters', { 'content-type': 'application/json; charset=utf-16' }],
    ['a compressed body', { 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('of another type: %s', async (_, headers) => {
    const response = await server.inject({
      method: 'POST',
      url: '/graphql',
      headers,
      payload: Buffer.from(JSON.stringify({ query })),
    })
    expect([response.statusCode, response.json().errors]).toMatchObject([
      415,
      [{ extensions: { code: 'BAD_REQUEST' } }],
    ])
  })

  it('is fine in UTF-8, with a character of each length', async () => {
    const text = 'aé€😀'
    const response = await post(JSON.stringify({ query: `{ a${'_'}: __typename } # ${text}` }))
    expect(response.json()).toEqual({ data: { a_: 'Query' } })
    const named = await post(
      JSON.stringify({ query: '{ snapshots(filter: { name: ["aé€😀"] }) { totalCount } }' }),
      { 'content-type': 'application/json; charset=UTF-8' },
    )
    expect(named.statusCode).toBe(200)
  })
})

/** Sends a head; the first answer to it. */
async function answerTo(head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').on('error', () => {})
  onTestFinished(() => void socket.destroy())
  socket.write(`${head}\r\n\r\n`)
  const [bytes] = await once(socket, 'data')
  return String(bytes)
}

describe('a request', () => {
  it.each([
    ['to nothing', 'POST /nothing', 404],
    ['by a method that GraphQL has not', 'PUT /graphql', 405],
    ['by a method that nobody knows', 'QUERY /graphql', 404],
  ])('%s is answered before its body is read', async (_, line, status) => {
    const headers = 'Host: x\r\nContent-Type: application/json\r\nContent-Length: 1000000'
    expect(await answerTo(`${line} HTTP/1.1\r\n${headers}`)).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
  })

  it('that expects what nobody knows of is answered as any other', async () => {
    const answer = await answerTo('GET /healthz HTTP/1.1\r\nHost: x\r\nExpect: foo')
    expect(answer).toMatch(/^HTTP\/1.1 200 .*x-request-id: .*content-security-policy: /s)
  })
})

describe('a connection that is slow', () => {
  /** Sends a head, if any, and then a piece every so often for as long as it is let; what is answered. */
  async function trickle(pieces: Iterable<string>, head = '') {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    let answer = ''
    socket.on('data', (bytes) => {
      answer += bytes
    })
    socket.write(head)
    const [...all] = pieces
    let sent = 0
    const timer = setInterval(() => socket.write(all[sent++ % all.length] ?? ' '), 20)
    onTestFinished(() => clearInterval(timer))
    await once(socket, 'close')
    clearInterval(timer)
    return answer
  }

  it.each([
    [
      'with its head',
      'POST /graphql HTTP/1.1\r\nHost: x\r\nX-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    ],
  ])('%s is answered 408 all the same, and let go', async (_, text) => {
    expect(await trickle(text)).toMatch(/^HTTP\/1\.1 408 /)
  })

  it.each([
    ['of a length', 'Content-Length: 5000'],
    ['in chunks', 'Transfer-Encoding: chunked'],
  ])('with its body %s is answered 408 all the same, and let go', async (_, header) => {
    const head = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${header}\r\n\r\n`
    const piece = header.startsWith('T') ? '1\r\n \r\n' : ' '
    expect(await trickle([piece], head)).toMatch(/^HTTP\/1\.1 408 /)
  })

  it('to read its answers does not keep others from theirs, nor stays open when it has gone', async () => {
    const socket = connect(port, '127.0.0.1').on('error', () => {})
    await once(socket, 'connect')
    socket.pause()
    const body = JSON.stringify({
      query: '{ __schema { types { name description fields { name description } } } }',
    })
    const request = `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    socket.write(request.repeat(50))
    expect((await post(JSON.stringify({ query }))).statusCode).toBe(200)
    socket.destroy()
    await eventually(async () =>
      expect(await new Promise((resolve) => server.server.getConnections((_, n) => resolve(n)))).toBe(0),
    )
  })
})
