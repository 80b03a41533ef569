import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'

const database = await createTestDatabase()

/** Posts a query of so many bytes, with its length or in pieces without one. */
async function post(bytes: number, { pieces, maxBody }: { pieces: boolean; maxBody?: number }) {
  const { server } = createTestGateway(database, maxBody === undefined ? {} : { maxBody })
  await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  const head = '{"query":"{__typename}"'
  const body = `${head}${' '.repeat(bytes - head.length - 1)}}`
  const { port } = server.server.address() as AddressInfo
  const sending = request({
    port,
    path: '/graphql',
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(!pieces && { 'content-length': Buffer.byteLength(body) }),
    },
  })
  sending.on('error', () => {}) // the gateway does not wait for the rest
  const half = Math.floor(body.length / 2)
  sending.write(body.slice(0, half))
  sending.end(body.slice(half))
  const [response] = (await once(sending, 'response')) as [IncomingMessage]
  let text = ''
  for await (const chunk of response) text += chunk
  return { status: response.statusCode, body: JSON.parse(text) }
}

describe('a body', () => {
  it.each([
    { pieces: false, maxBody: 2000 },
    { pieces: true, maxBody: 2000 },
    { pieces: false },
  ])('may be as large as MAX_BODY, and no larger: %o', async (options) => {
    const { maxBody = 2 ** 20 } = options
    expect(await post(maxBody, options)).toEqual({ status: 200, body: { data: { __typename: 'Query' } } })
    const refused = await post(maxBody + 1, options)
    expect([refused.status, refused.body.errors]).toEqual([
      413,
      [{ message: 'The body is larger than MAX_BODY allows.', extensions: { code: 'BAD_REQUEST' } }],
    ])
  })
})
