import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { createTestGateway } from './support/gateway.ts'

const database = await createTestDatabase()

/** A gateway that listens, and what it answers to bytes. */
async function listen(options: Parameters<typeof createTestGateway>[1] = {}) {
  const { server } = createTestGateway(database, options)
  await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const open = async () => {
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    return socket
  }
  return { server, open }
}

/** Everything that comes until the other end closes. */
async function read(socket: Socket): Promise<string> {
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes
  })
  socket.on('error', () => {})
  await once(socket, 'close')
  return text
}

const get = (path: string, ...headers: string[]) =>
  `GET ${path} HTTP/1.1\r\n${['Host: x', ...headers].map((header) => `${header}\r\n`).join('')}\r\n`
const last = 'Connection: close'

/** The parts of one answer, whose body is an error of ours under the request id of its header. */
function errorOf(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  const { errors, extensions } = JSON.parse(body)
  expect(/^content-type: (.*)$/im.exec(head)?.[1]).toBe('application/json; charset=utf-8')
  expect(extensions).toEqual({ requestId: /^x-request-id: (.*)$/im.exec(head)?.[1] })
  expect(head).toMatch(/^x-content-type-options: nosniff$/im)
  expect(errors).toEqual([{ message: expect.any(String), extensions: { code: expect.any(String) } }])
  return { status: Number(head.split(' ')[1]), ...errors[0] }
}

describe('a request that never comes to a route is answered in our form', () => {
  it.each([
    ['a path that cannot be decoded', get('/graphql/assets/%E0%A4%A', last), 400, 'The URL cannot be read.'],
    ['a name that is too long', get(`/graphql/assets/${'x'.repeat(300)}`, last), 414, 'The URL is too long.'],
    ['too many headers', get('/', `Cookie: ${'x'.repeat(20_000)}`), 431, 'The headers are too large.'],
    ['no HTTP at all', 'hello\r\n\r\n', 400, 'This is not HTTP.'],
    ['a method that there is not', get('/').replace('GET', 'FETCH'), 400, 'This is not HTTP.'],
  ])('%s', async (_, bytes, status, message) => {
    const socket = await (await listen()).open()
    socket.write(bytes)
    expect(errorOf(await read(socket))).toEqual({ status, message, extensions: { code: 'BAD_REQUEST' } })
  })

  it.each([
    ['its head', 'POST /graphql HTTP/1.1\r\nHost: x\r\n'],
    [
      'its body',
      `${get('/graphql', 'Content-Type: application/json', 'Content-Length: 9').replace('GET', 'POST')}{`,
    ],
  ])('one that does not come in time, in the middle of %s', async (_, half) => {
    const socket = await (await listen({ receiveTimeout: 0.2 })).open()
    socket.write(half)
    expect(errorOf(await read(socket))).toEqual({
      status: 408,
      message: 'The request did not come in time.',
      extensions: { code: 'BAD_REQUEST' },
    })
  })

  it('one that comes on an open connection while the gateway stops', async () => {
    const { server, open } = await listen({ corsOrigins: ['https://console.example'] })
    const socket = await open()
    const reading = read(socket)
    await database.client.begin(async (tx) => {
      await tx`lock table account in access exclusive mode`
      socket.write(get('/graphql?query={viewer{account{id}}}'))
      await eventually(async () => {
        const [waiting] = await database.client`
          select 1 from pg_locks join pg_class on relation = pg_class.oid where relname = 'account' and not granted`
        expect(waiting).toBeDefined()
      })
      const closing = server.close()
      onTestFinished(() => closing)
      await eventually(() => expect(server.server.listening).toBe(false)) // until then all are served
      socket.write(get('/graphql?query={__typename}', 'Origin: https://console.example'))
    })
    const [first, second = ''] = (await reading).split(/(?=HTTP\/1\.1 )/)
    expect(first).toContain('{"data":{"viewer":{"account":{"id":"1a1"}}}}')
    expect(errorOf(second)).toMatchObject({ status: 503, extensions: { code: 'UNAVAILABLE' } })
    expect(second).toMatch(/^retry-after: 5$/im)
    expect(second).toMatch(/^access-control-allow-origin: https:\/\/console.example$/im)
  })
})

describe('a path', () => {
  it('is the same however it is encoded', async () => {
    const { server } = createTestGateway(database)
    const response = await server.inject('/%67raphql?query={__typename}')
    expect(response.json()).toEqual({ data: { __typename: 'Query' } })
  })
})
