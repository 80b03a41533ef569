import { MIMEType } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'

const database = await createTestDatabase()
const { server } = createTestGateway(database, { corsOrigins: ['https://console.example'] })
const mutation = 'mutation { createVolume(input: { name: "x" }) { __typename } }'

/** Posts the mutation as this content type, by bytes, as a page of another site would. */
const post = (contentType: string | undefined, payload = JSON.stringify({ query: mutation })) =>
  server.inject({
    method: 'POST',
    url: '/graphql',
    headers: {
      origin: 'https://evil.example',
      ...(contentType !== undefined && { 'content-type': contentType }),
    },
    payload: Buffer.from(payload),
  })

describe('a POST that a browser sends without asking leave', () => {
  it.each([
    'text/plain',
    'text/plain;charset=UTF-8',
    'text/plain; application/json',
    'text/plain;charset=application/json',
    'application/x-www-form-urlencoded',
    'application/x-www-form-urlencoded;application/json',
    'multipart/form-data',
    'multipart/form-data; boundary=application/json',
    'application/jsonp',
    'application/json-seq',
    'application/vnd.api+json',
    'application/graphql',
    'xapplication/json',
    'application/json text/plain',
    'application json',
    'json',
    '*/*',
    ' ',
    undefined,
  ])('as %j is answered 415 and changes nothing', async (contentType) => {
    database.statements.length = 0
    const response = await post(contentType)
    expect([response.statusCode, response.json().errors]).toEqual([
      415,
      [{ message: expect.stringContaining('application/json'), extensions: { code: 'BAD_REQUEST' } }],
    ])
    expect(database.statements).toEqual([])
  })

  it('as a form changes nothing, whatever its fields', async () => {
    database.statements.length = 0
    const form = new URLSearchParams({ query: mutation, operations: JSON.stringify({ query: mutation }) })
    const response = await post('application/x-www-form-urlencoded', form.toString())
    expect([response.statusCode, database.statements]).toEqual([415, []])
  })

  it('without a body changes nothing either, wherever the document stands', async () => {
    database.statements.length = 0
    const url = `/graphql?query=${encodeURIComponent(mutation)}`
    const response = await server.inject({ method: 'POST', url })
    expect([response.statusCode, database.statements]).toEqual([400, []])
  })

  it('is refused as whatever type a browser could take for another than JSON', async () => {
    const piece = fc.oneof(
      fc.constantFrom('application', 'json', 'text', 'plain', 'application/json', 'text/plain', 'charset'),
      fc.constantFrom('/', ';', ',', '=', ' ', '\t', '+', '-', '*', '"', 'x'),
    )
    const types = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => pieces.join('').trim())
    let refused = 0
    await fc.assert(
      fc.asyncProperty(types, async (type) => {
        if (essenceOf(type) === 'application/json') return
        refused++
        // One that could be executed would be answered otherwise: it has no query.
        expect([type, (await post(type, '{}')).statusCode]).toEqual([type, 415])
      }),
      { numRuns: 300, examples: [['text/plain,application/json'], ['text/plain;application/json']] },
    )
    expect(refused).toBeGreaterThan(100)
  })
})

function essenceOf(type: string): string | null {
  try {
    return new MIMEType(type).essence
  } catch {
    return null
  }
}

describe('a mutation by GET', () => {
  const several = `query A { __typename } ${mutation.replace('mutation', 'mutation B')}`
  it.each([
    ['alone', { query: mutation }],
    ['beside a query', { query: several, operationName: 'B' }],
    ['that says that it is a POST', { query: mutation, _method: 'POST', method: 'POST' }],
  ])('is never run: %s', async (_, parameters) => {
    database.statements.length = 0
    const url = `/graphql?${new URLSearchParams(parameters as Record<string, string>)}`
    const headers = { 'x-http-method-override': 'POST', 'content-type': 'application/json' }
    for (const method of ['GET', 'HEAD'] as const)
      expect((await server.inject({ method, url, headers })).statusCode).toBe(405)
    expect(database.statements).toEqual([])
  })
})

describe('a read for a page', () => {
  const read = (method: 'GET' | 'HEAD', headers: Record<string, string>) =>
    server.inject({ method, url: '/graphql?query={viewer{role}}', headers })
  const from = (site: string, mode: string, more: Record<string, string> = {}) => ({
    'sec-fetch-site': site,
    'sec-fetch-mode': mode,
    ...more,
  })

  it.each([
    ['of another site, as a picture', from('cross-site', 'no-cors', { 'sec-fetch-dest': 'image' })],
    ['of another site, by its script', from('cross-site', 'cors', { origin: 'https://evil.example' })],
    ['of a frame without an origin', from('cross-site', 'cors', { origin: 'null' })],
    ['of another port or subdomain', from('same-site', 'no-cors')],
    ['of one that is let in, where it does not say so', from('cross-site', 'no-cors')],
  ])('%s is refused before anything is read', async (_, headers) => {
    database.statements.length = 0
    for (const method of ['GET', 'HEAD'] as const) {
      const response = await read(method, headers)
      expect(response.statusCode).toBe(403)
      if (method === 'HEAD') continue
      const message = 'Pages of other sites may not ask here: CORS_ORIGINS lists those that may.'
      expect(response.json().errors).toEqual([{ message, extensions: { code: 'FORBIDDEN' } }])
    }
    expect(database.statements).toEqual([])
  })

  it.each([
    ['of our own', from('same-origin', 'cors')],
    ['of none: a person who typed the address', from('none', 'navigate')],
    ['that is let in', from('cross-site', 'cors', { origin: 'https://console.example' })],
    ['that is no page: a program', {}],
  ])('%s is answered', async (_, headers) => {
    expect((await read('GET', headers)).json()).toEqual({ data: { viewer: { role: 'ADMIN' } } })
  })

  it('whose link leads to GraphiQL shows it, and runs nothing', async () => {
    database.statements.length = 0
    const response = await read('GET', from('cross-site', 'navigate', { accept: 'text/html,*/*;q=0.8' }))
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8'])
    expect(database.statements).toEqual([])
  })
})
