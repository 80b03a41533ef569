import { getIntrospectionQuery } from 'graphql'
import { describe, expect, it } from 'vitest'
import { refuseLargeDocument } from '../src/graphql/refuse-large-document.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const { query, server } = createTestGateway(database)
const make = rowMaker(database)
await make.snapshot(await make.volume())

const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)
/** Valid by the schema, and as deep as is asked for. */
const valid = (depth: number) =>
  `{ snapshots { nodes ${nested('{ volume { snapshots { nodes ', '}}}', depth / 3)}`

describe('a document', () => {
  it.each([
    ['fields', nested('{a', '}', 5000)],
    ['lists', `{ node(id: ${nested('[', ']', 5000)}) { id } }`],
    ['objects', `{ node(id: ${nested('{a:', '}', 5000)}) { id } }`],
    ['inline fragments', nested('...{', '}', 8000)],
    ['types of a variable', `query ($a: ${nested('[', ']', 5000)}) { __typename }`],
    ['fields, by the schema', valid(3000)],
    ['fields, not closed', '{a'.repeat(5000)],
  ])('that is nested too deeply is refused: %s', async (_, document) => {
    const { status, data, errors, extensions, headers } = await query(document)
    expect([status, data]).toEqual([400, undefined])
    expect(errors).toEqual([
      {
        message: 'the document must be nested at most 100 levels deep',
        extensions: { code: 'BAD_USER_INPUT' },
      },
    ])
    expect(extensions?.requestId).toBe(headers['x-request-id'])
    // The same again: what Yoga remembers of it is the same answer.
    expect(await query(document)).toMatchObject({ status, errors })
  })

  it('with too many words is refused', async () => {
    const { status, errors } = await query(`{ ${'a '.repeat(10_000)} }`)
    expect([status, errors]).toEqual([
      400,
      [
        {
          message: 'the document must have at most 10000 tokens',
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ],
    ])
  })

  it('up to there is fine', () => {
    expect(() => refuseLargeDocument(nested('{a', '}', 100))).not.toThrow()
    expect(() => refuseLargeDocument(nested('{a', '}', 101))).toThrow()
    expect(() => refuseLargeDocument(`{${' a'.repeat(9998)}}`)).not.toThrow()
    expect(() => refuseLargeDocument(`{${' a'.repeat(9999)}}`)).toThrow()
  })

  it('as long as that, whose fragments nest, is answered', async () => {
    const fragments = Array.from({ length: 580 }, (_, n) => {
      const next = n === 579 ? 'id' : `...f${n + 1}`
      return `fragment f${n} on Volume { snapshots { nodes { volume { ${next} } } } }`
    })
    const { errors } = await query(`{ volume(id: "1v1") { ...f0 } } ${fragments.join(' ')}`)
    expect(errors).toBeUndefined()
  })

  it('that GraphiQL sends to learn the schema stays far below', async () => {
    const introspection = getIntrospectionQuery({
      specifiedByUrl: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      inputValueDeprecation: true,
      oneOf: true,
    })
    expect(() => refuseLargeDocument(introspection, { depth: 50, tokens: 1000 })).not.toThrow()
    const { errors, data } = await query(introspection)
    expect(errors).toBeUndefined()
    expect(data.__schema.types.length).toBeGreaterThan(20)
  })
})

describe('variables', () => {
  it('that are nested deeply are refused as what they are', async () => {
    const document = 'query ($f: SnapshotFilter) { snapshots(filter: $f) { totalCount } }'
    const response = await server.inject({
      method: 'POST',
      url: '/graphql',
      headers: { 'content-type': 'application/json' },
      payload: `{ "query": ${JSON.stringify(document)}, "variables": { "f": ${nested('[', ']', 100_000)} } }`,
    })
    expect(response.json().errors[0].extensions.code).toBe('BAD_USER_INPUT')
  })
})
