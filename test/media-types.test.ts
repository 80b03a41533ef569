import { describe, expect, it } from 'vitest'
import { chooseMediaType } from '../src/http/choose-media-type.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const { server } = createTestGateway(database)
const make = rowMaker(database)

const json = 'application/json'
const graphql = 'application/graphql-response+json'

describe('an answer', () => {
  it.each([
    [undefined, json],
    ['', json],
    ['*/*', json],
    ['application/*', json],
    [json, json],
    [graphql, graphql],
    ['Application/JSON; charset=utf-8', json],
    [`${graphql}, ${json}`, graphql],
    [`${json}, ${graphql}`, json],
    [`${json};q=0.9, ${graphql}`, graphql],
    [`${graphql};q=0.5, */*;q=0.8`, json],
    [`${graphql}, */*`, graphql],
    ['text/html, */*;q=0.1', json],
    ['text/event-stream, multipart/mixed, application/json', json],
    ['text/html', null],
    ['image/png', null],
    ['text/event-stream', null],
    ['multipart/mixed', null],
    [`${json};q=0`, null],
    [`${json};q=0, */*`, graphql],
    ['nonsense', null],
  ])('to Accept: %s is %s', (accept, mediaType) => {
    expect(chooseMediaType(accept)).toBe(mediaType)
  })

  it.each([json, graphql])('has the type %s where that is asked for', async (accept) => {
    const payload = { query: '{ __typename }' }
    const response = await server.inject({ method: 'POST', url: '/graphql', payload, headers: { accept } })
    expect(response.headers['content-type']).toBe(`${accept}; charset=utf-8`)
    expect(response.json()).toEqual({ data: { __typename: 'Query' } })
  })

  it.each([
    ['{ snap', {}],
    ['{ nope }', {}],
    ['query ($id: ID!) { snapshot(id: $id) { id } }', {}],
    [
      'query ($after: DateTime) { snapshots(filter: { createdAfter: $after }) { totalCount } }',
      { after: 'x' },
    ],
  ])('without data, to %s, is no success as a response of GraphQL', async (query, variables) => {
    const response = await server.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query, variables },
      headers: { accept: graphql },
    })
    expect([response.statusCode, response.json().data]).toEqual([400, undefined])
  })

  it.each([
    'text/html',
    'image/png',
    'multipart/mixed',
    'text/event-stream;q=0',
  ])('that could only be %s is refused, and nothing is done', async (accept) => {
    const id = await make.volume()
    const query = `mutation { removeVolume(input: { id: "1v${id}" }) { __typename } }`
    const response = await server.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query },
      headers: { accept },
    })
    expect([response.statusCode, response.headers['content-type']]).toEqual([
      406,
      'application/json; charset=utf-8',
    ])
    const { errors, extensions } = response.json()
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_REQUEST' } }])
    expect(extensions.requestId).toBe(response.headers['x-request-id'])
    expect(await database.client`select state from volume where id = ${String(id)}`).toEqual([
      { state: 'active' },
    ])
  })

  it('that can only be text/event-stream is a stream of one result', async () => {
    const { statusCode, headers, body } = await server.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query: '{ viewer { role } }' },
      headers: { accept: 'text/event-stream' },
    })
    expect([statusCode, headers['content-type']]).toEqual([200, 'text/event-stream'])
    expect(body).toBe(
      'event: next\ndata: {"data":{"viewer":{"role":"ADMIN"}}}\n\nevent: complete\ndata: \n\n',
    )
  })

  it('that is refused as a whole is no stream, so that its status is seen', async () => {
    const { statusCode, headers } = await server.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query: '{ nothing }' },
      headers: { accept: 'text/event-stream' },
    })
    expect([statusCode, headers['content-type']]).toEqual([400, `${graphql}; charset=utf-8`])
  })
})
