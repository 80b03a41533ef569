import { Agent, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished } from 'vitest'
import type { TestGateway } from './gateway.ts'
import type { Response, Send } from './rancher-client.ts'

export interface Reply {
  status: number
  headers: Record<string, unknown>
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: answers are asserted as wholes, whatever their shape
  body: any
}

export interface Asking {
  /** An object as JSON; none has a Content-Type unless the headers say one. */
  body?: object | string | Buffer
  headers?: Record<string, string>
  /** Of the connection. */
  remoteAddress?: string
}

type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE' | 'PATCH' | 'OPTIONS'

/** Asks a gateway in memory, as a client without a browser does. */
export function asker({ server }: Pick<TestGateway, 'server'>) {
  return async (
    method: Method,
    url: string,
    { body, headers = {}, remoteAddress = '127.0.0.1' }: Asking = {},
  ): Promise<Reply> => {
    const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body)
    const response = await server.inject({
      method,
      url,
      headers,
      remoteAddress,
      ...(body !== undefined && { payload: isRaw ? body : JSON.stringify(body) }),
    })
    const { statusCode, headers: answered, body: written } = response
    return {
      status: statusCode,
      headers: answered,
      text: written,
      body: written === '' ? null : JSON.parse(written),
    }
  }
}

export type Ask = ReturnType<typeof asker>

export const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

/** Expects that a request was refused as Rancher refuses: the whole form of it, and what `more` says. */
export function expectError(
  { status, headers, body }: Pick<Reply, 'status' | 'headers' | 'body'>,
  expected: number,
  more: { code?: string; fieldName?: string } = {},
): void {
  expect({ status, body }).toEqual({
    status: expected,
    body: {
      id: expect.stringMatching(uuid),
      type: 'error',
      links: {},
      actions: {},
      status: expected,
      code: expect.any(String),
      message: expect.any(String),
      detail: body?.detail === null ? null : expect.any(String),
      ...('fieldName' in body && { fieldName: expect.any(String) }),
      ...more,
    },
  })
  expect(headers['content-type']).toBe('application/json; charset=utf-8')
  expect(headers['x-api-schemas']).toMatch(/^https?:\/\/[^/]+\/v1(\/projects\/1a\d+)?\/schemas$/)
}

/** Sends over connections that are kept, without headers that nobody asked for; they go with the test. */
export function sender(options: ConstructorParameters<typeof Agent>[0] = {}): Send {
  const agent = new Agent({ keepAlive: true, ...options })
  onTestFinished(() => agent.destroy())
  return ({ method, url, headers, body }) =>
    new Promise<Response>((resolve, reject) => {
      const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
      const asked = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
        const { statusCode = 0, headers } = response
        text(response).then((text) => resolve({ status: statusCode, headers, text }), reject)
      })
      asked.once('error', reject)
      asked.end(body)
    })
}

/** Has a gateway listen as long as the test lasts; what its URLs begin with. */
export async function listening({ server }: Pick<TestGateway, 'server'>): Promise<string> {
  await server.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => server.close())
  return `http://127.0.0.1:${(server.server.address() as AddressInfo).port}`
}

/** Asks for a target just as it is written, which no client would spell so. */
export function askRaw(
  port: number,
  path: string,
  method = 'GET',
  headers: Record<string, string> = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const { statusCode = 0, headers } = response
      text(response).then(
        (text) => resolve({ status: statusCode, headers, text, body: text === '' ? null : JSON.parse(text) }),
        reject,
      )
    })
    asked.once('error', reject)
    asked.end()
  })
}

/** Every link, action and address of a page that an answer has, wherever. */
export function urlsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(urlsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, one]) => {
    if (name === 'resourceFields') return []
    if (['links', 'actions', 'sortLinks', 'createTypes'].includes(name))
      return Object.values((one ?? {}) as Record<string, string>)
    if (['next', 'previous', 'first', 'reverse'].includes(name) && one !== null) return [one as string]
    return urlsIn(one)
  })
}

/** Every object with a type in an answer; not the fields of schemas, whose type is another thing. */
export function resourcesIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(resourcesIn)
  if (typeof value !== 'object' || value === null) return []
  const own = value as Record<string, unknown>
  if (own.type === 'schema') return [own]
  return [...(typeof own.type === 'string' ? [own] : []), ...Object.values(own).flatMap(resourcesIn)]
}
