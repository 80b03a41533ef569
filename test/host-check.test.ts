import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startMonitoring } from '../src/http/monitoring-server.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'

const database = await createTestDatabase()

/** What a gateway answers to the head of a request. */
async function ask(allowedHosts: string[] | null, head: string[]) {
  const { server } = createTestGateway(database, { allowedHosts })
  await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
  let text = ''
  socket.on('data', (bytes) => {
    text += bytes
  })
  socket.write(`${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n`)
  await once(socket, 'close')
  const [answered = '', body = ''] = text.split('\r\n\r\n')
  return { status: Number(answered.split(' ')[1]), head: answered, body: JSON.parse(body) }
}

const read = 'GET /graphql?query={__typename} HTTP/1.1'
const data = { data: { __typename: 'Query' } }

describe('where hosts are checked', () => {
  it.each([
    'localhost',
    'LOCALHOST.:4000',
    'gateway.localhost',
    '127.0.0.1:4000',
    '127.9.9.9',
    '[::1]:4000',
    '[::ffff:127.0.0.1]',
    'gateway.example.org',
  ])('a request to %s is answered', async (host) => {
    const { status, body } = await ask(['gateway.example.org'], [read, `Host: ${host}`])
    expect([status, body]).toEqual([200, data])
  })

  it.each([
    ['evil.example', 'the host evil.example'],
    ['EVIL.example.:4000', 'the host evil.example'],
    ['localhost.evil.example', 'the host localhost.evil.example'],
    ['10.0.0.1', 'the host 10.0.0.1'],
    ['0.0.0.0:4000', 'the host 0.0.0.0'],
    ['[::]', 'the host [::]'],
    ['127.1', 'the host 127.1'],
    ['user@localhost', 'what the Host header names'],
    ['', 'what the Host header names'],
  ])('one to %j is misdirected', async (host, what) => {
    const { status, head, body } = await ask([], [read, `Host: ${host}`, 'Origin: https://console.example'])
    expect(status).toBe(421)
    const message = `This gateway does not answer for ${what}: ALLOWED_HOSTS lists those that it does.`
    expect(body).toEqual({
      errors: [{ message, extensions: { code: 'BAD_REQUEST' } }],
      extensions: { requestId: /^x-request-id: (.*)$/im.exec(head)?.[1] },
    })
  })

  it('so is one on any path, also where there is nothing', async () => {
    for (const line of [
      'GET /',
      'GET /graphql',
      'GET /graphql/assets/graphiql.js',
      'GET /healthz',
      'GET /readyz',
      'GET /nowhere',
      'OPTIONS *',
      'OPTIONS /graphql',
      'PUT /graphql',
      'POST /graphql',
    ])
      expect([line, (await ask([], [`${line} HTTP/1.1`, 'Host: evil.example'])).status]).toEqual([line, 421])
  })

  it('it changes nothing', async () => {
    const { server } = createTestGateway(database, { allowedHosts: [] })
    database.statements.length = 0
    const response = await server.inject({
      method: 'POST',
      url: '/graphql',
      headers: { host: 'evil.example', origin: 'http://evil.example' },
      payload: { query: 'mutation { createVolume(input: { name: "x" }) { __typename } }' },
    })
    expect([response.statusCode, database.statements]).toEqual([421, []])
  })

  it('what stands in the first line counts, beside the header', async () => {
    const line = (host: string) => read.replace('/graphql', `http://${host}/graphql`)
    for (const [target, header, status] of [
      ['localhost', 'localhost', 200],
      ['LOCALHOST:80', '127.0.0.1', 200],
      ['evil.example', 'localhost', 421],
      ['localhost', 'evil.example', 421],
      ['localhost@evil.example', 'localhost', 421],
    ] as const)
      expect([target, header, (await ask([], [line(target), `Host: ${header}`])).status]).toEqual([
        target,
        header,
        status,
      ])
    const foreign = await ask([], [read.replace('/graphql', 'ftp://localhost/graphql'), 'Host: localhost'])
    expect(foreign.status).toBe(421)
  })

  it('what proxies forward does not', async () => {
    const headers = { host: 'evil.example', 'x-forwarded-host': 'localhost', forwarded: 'host=localhost' }
    const { server } = createTestGateway(database, { allowedHosts: [], trustedProxies: ['127.0.0.1'] })
    expect((await server.inject({ url: '/healthz', headers })).statusCode).toBe(421)
  })

  it('HTTP/1.0 without a host is misdirected too', async () => {
    expect((await ask([], [read.replace('1.1', '1.0')])).status).toBe(421)
  })
})

it('the port of METRICS_PORT checks them too', async () => {
  const log: { metrics?: string }[] = []
  const { close } = await startMonitoring({
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    log: pino({}, { write: (line: string) => void log.push(JSON.parse(line)) }),
    metrics: { contentType: 'text/plain', scrape: async () => 'up 1' },
    isReady: async () => true,
  })
  onTestFinished(close)
  const url = log.find(({ metrics }) => metrics)?.metrics ?? ''
  expect(await (await fetch(url)).text()).toBe('up 1')
  const asking = request(url, { headers: { host: 'evil.example' } }).end()
  const [response] = (await once(asking, 'response')) as [IncomingMessage]
  response.resume()
  expect([response.statusCode, response.headers['x-content-type-options']]).toEqual([421, 'nosniff'])
})

describe('a request', () => {
  it.each([
    ['no host', []],
    ['two hosts', ['Host: localhost', 'hOST: localhost']],
  ])('with %s is none, whether hosts are checked or not', async (_, hosts) => {
    for (const allowedHosts of [null, []]) {
      const { status, body } = await ask(allowedHosts, [read, ...hosts])
      expect([status, body.errors]).toEqual([
        400,
        [{ message: 'A request needs one Host header.', extensions: { code: 'BAD_REQUEST' } }],
      ])
    }
  })

  it('may name any host where none is checked', async () => {
    for (const head of [[read, 'Host: evil.example'], [read, 'Host: a b'], [read.replace('1.1', '1.0')]])
      expect((await ask(null, head)).body).toEqual(data)
  })
})
