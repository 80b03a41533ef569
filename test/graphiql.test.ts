import { parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { schema } from '../src/graphql/schema.ts'
import { exampleTabs } from '../src/http/graphiql-tabs.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'

const { server } = createTestGateway(await createTestDatabase())
const page = (method: 'GET' | 'HEAD' = 'GET') =>
  server.inject({ method, url: '/graphql', headers: { accept: 'text/html,*/*' } })

describe('GraphiQL', () => {
  it('is served where a browser opens /graphql, by the gateway alone', async () => {
    const response = await page()
    expect(response.headers['content-type']).toBe('text/html; charset=utf-8')
    const links = [...response.body.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? '')
    expect(links.length).toBeGreaterThan(3)
    for (const link of links) {
      expect(link).toMatch(/^\/graphql\/assets\//)
      const asset = await server.inject(link)
      expect([link, asset.statusCode]).toEqual([link, 200])
      expect(asset.rawPayload.length).toBeGreaterThan(50)
    }
    expect(response.body).not.toMatch(/<script>|https?:\/\//)
  })

  it('is the same where only its head is asked for', async () => {
    const [head, whole] = [await page('HEAD'), await page()]
    expect([head.statusCode, head.body]).toEqual([200, ''])
    for (const name of ['content-type', 'content-length', 'vary'])
      expect(head.headers[name]).toBe(whole.headers[name])
  })

  it('is there again on a reload, when the URL has the query of a tab; and from the root of the site', async () => {
    const headers = { accept: 'text/html,*/*' }
    const url = `/graphql?query=${encodeURIComponent('mutation { x }')}`
    const reloaded = await server.inject({ url, headers })
    expect([reloaded.statusCode, reloaded.body]).toEqual([200, (await page()).body])
    const root = await server.inject({ url: '/', headers })
    expect([root.statusCode, root.headers.location]).toEqual([302, '/graphql'])
  })

  it('has its workers, and nothing else, below its folder', async () => {
    for (const worker of ['editor', 'json', 'graphql'])
      expect((await server.inject(`/graphql/assets/${worker}.worker.js`)).headers['content-type']).toMatch(
        /javascript/,
      )
    for (const path of ['nothing.js', '..%2f..%2fpackage.json', 'constructor'])
      expect((await server.inject(`/graphql/assets/${path}`)).statusCode).toBe(404)
  })

  it('answers programs with GraphQL at the same place', async () => {
    const response = await server.inject('/graphql?query=%7B__typename%7D')
    expect(response.json()).toEqual({ data: { __typename: 'Query' } })
  })

  it('has tabs for the whole main job, each valid', () => {
    const names = exampleTabs.map(({ query }) => {
      for (const line of query.split('\n')) expect(line.length).toBeLessThan(50) // seen to fit
      const document = parse(query)
      expect(validate(schema, document)).toEqual([])
      return document.definitions.map((definition) => 'name' in definition && definition.name?.value).join()
    })
    expect(names).toEqual([
      'CreateVolume',
      'TakeSnapshot',
      'AwaitSnapshot',
      'BackUpSnapshot',
      'ListSnapshots',
      'Watch',
      'RemoveSnapshot',
      'WhoAmI',
    ])
  })
})
