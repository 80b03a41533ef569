import { getIntrospectionQuery } from 'graphql'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../src/config/load-config.ts'
import { defaultLimits } from '../src/graphql/document-limits.ts'
import { refuseLargeDocument } from '../src/graphql/refuse-large-document.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const { query, data, server } = createTestGateway(database)
const make = rowMaker(database)
await make.snapshot(await make.volume())

const many = (count: number, text: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => text(n)).join(' ')
const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth)
/** Valid by the schema; each link is three levels. */
const links = (count: number) =>
  `{ snapshots(first: 1) { nodes ${'{ volume { snapshots(first: 1) { nodes '.repeat(count)} { id } ${'} } }'.repeat(count)} } }`
/** Two fields of a snapshot for each fragment, each in the next. */
const chain = (length: number) =>
  `{ snapshot(id: "1s1") { ...f0 } } ${many(length, (n) => {
    const next = n === length - 1 ? 'id' : `...f${n + 1}`
    return `fragment f${n} on Snapshot { volume { snapshots(first: 1) { nodes { ${next} } } } }`
  })}`

const tooDeep = 'the document must be nested at most 50 levels deep'
const atMost = (what: string) => `the document must have at most ${what}`
const refused: [title: string, document: string, message: string][] = [
  ['fields, nested', nested('{a', '}', 51), tooDeep],
  ['fields, nested beyond any stack', nested('{a', '}', 2000), tooDeep],
  ['lists, nested', `{ node(id: ${nested('[', ']', 2000)}) { id } }`, tooDeep],
  ['objects, nested', `{ node(id: ${nested('{a:', '}', 1500)}) { id } }`, tooDeep],
  ['inline fragments, nested', nested('...{', '}', 1500), tooDeep],
  ['types of a variable, nested', `query ($a: ${nested('[', ']', 2000)}) { __typename }`, tooDeep],
  ['fields by the schema, nested', links(300), tooDeep],
  ['fields, nested and not closed', '{a'.repeat(2000), tooDeep],
  ['fragments, nested', chain(13), tooDeep],
  [
    'fragments of nothing else, nested',
    `{ ...f0 } ${many(400, (n) => `fragment f${n} on Query { ...f${n + 1} }`)}`,
    tooDeep,
  ],
  ['fields', `{ ${many(5000, () => 'a')} }`, atMost('5000 tokens')],
  ['comments', `{ a } ${many(130_000, () => '#\n')}`, atMost('250000 characters')],
  ['text', `{ node(id: "${'x'.repeat(250_000)}") { id } }`, atMost('250000 characters')],
  [
    'a name',
    `query ${'x'.repeat(256)} { __typename }`,
    'the document must have no name of more than 255 characters',
  ],
  ['aliases', `{ ${many(101, (n) => `a${n}: __typename`)} }`, atMost('100 aliases')],
  [
    'aliases, in fragments',
    `{ ...f } fragment f on Query { ${many(101, (n) => `a${n}: __typename`)} }`,
    atMost('100 aliases'),
  ],
  ['directives', `{ ${many(51, () => '__typename @skip(if: false)')} }`, atMost('50 directives')],
  [
    'directives that there are not',
    `query ${many(51, (n) => `@d${n}`)} { __typename }`,
    atMost('50 directives'),
  ],
]

describe('a document with too many, or too much of', () => {
  it.each(refused)('%s is refused before the database is asked anything', async (_, document, message) => {
    database.statements.length = 0
    const { status, data: none, errors, extensions, headers } = await query(document)
    expect([status, none]).toEqual([400, undefined])
    expect(errors).toEqual([{ message, extensions: { code: 'TOO_COSTLY' } }])
    expect(extensions?.requestId).toBe(headers['x-request-id'])
    // The same again: what Yoga remembers of it is the same answer.
    expect(await query(document)).toMatchObject({ status, errors })
    expect(database.statements).toEqual([])
  })

  it.each(
    refused.filter(([, document]) => document.length < 5000),
  )('%s is refused by GET as well', async (_, document, message) => {
    database.statements.length = 0
    const response = await server.inject(`/graphql?query=${encodeURIComponent(document)}`)
    expect([response.statusCode, response.json().errors]).toEqual([
      400,
      [{ message, extensions: { code: 'TOO_COSTLY' } }],
    ])
    expect(database.statements).toEqual([])
  })
})

describe('a document whose fields would have to be compared again and again', () => {
  it.each([
    ['the same one, repeated', `{ viewer { ${many(1500, () => 'role')} } }`],
    [
      'those of fragments',
      `{ viewer { ${many(500, (n) => `...f${n}`)} } } ${many(500, (n) => `fragment f${n} on Viewer { role }`)}`,
    ],
  ])('is refused as too costly: %s', async (_, document) => {
    const { status, errors } = await query(document)
    expect([status, errors]).toEqual([
      400,
      [
        {
          message:
            'the document repeats its fields too often: checking whether they fit together takes too long',
          extensions: { code: 'TOO_COSTLY' },
        },
      ],
    ])
    expect(await query(document)).toMatchObject({ status, errors })
  })
})

describe('a document up to its limits', () => {
  it.each([
    ['depth', links(15)],
    ['depth, by its fragments', chain(12)],
    [
      'tokens',
      `{ ${many(100, (n) => `a${n}: node(id: "1s1") { ${many(39, () => 'id')} }`)} ${many(98, () => '__typename')} }`,
    ],
    ['aliases', `{ ${many(100, (n) => `a${n}: __typename`)} node(id: "1s1") { id } }`],
    ['directives', `{ ${many(50, () => '__typename @skip(if: false)')} }`],
    ['a name', `query ${'x'.repeat(255)} { __typename }`],
    [
      'arguments, which are no aliases',
      `{ ${many(90, () => 'snapshots(first: 1, filter: { name: { eq: "x" } }) { totalCount }')} }`,
    ],
  ])('is answered: %s', async (_, document) => {
    expect(await data(document)).toBeDefined()
  })

  it('is that of the settings, where nobody sets others', () => {
    expect(loadConfig({}, '/').graphql).toEqual({
      limits: defaultLimits,
      introspection: true,
      trustedDocuments: null,
    })
  })

  it('is refused by what was set instead', async () => {
    const limits = { ...defaultLimits, tokens: 8, depth: 10, aliases: 0, directives: 0 }
    const strict = createTestGateway(database, { documents: { limits } })
    expect(await strict.data('{ viewer { role } }')).toEqual({ viewer: { role: 'ADMIN' } })
    for (const document of ['{ viewer { role role role role } }', '{ a: __typename }', '{ __typename @x }'])
      expect((await strict.query(document)).errors?.[0]?.extensions.code).toBe('TOO_COSTLY')
  })
})

describe('what GraphiQL sends to learn the schema', () => {
  const introspection = getIntrospectionQuery({
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  })

  it('stays far below', async () => {
    const limits = { tokens: 1000, depth: 25, aliases: 0, directives: 0, cost: 10_000 }
    expect(() => refuseLargeDocument(introspection, limits)).not.toThrow()
    const { __schema } = await createTestGateway(database, { documents: { limits } }).data(introspection)
    expect(__schema.types.length).toBeGreaterThan(20)
  })
})

/** Asks for snapshots by a filter that is JSON already. */
const document = 'query ($f: SnapshotFilter) { snapshots(filter: $f) { totalCount } }'
const send = (filter: string) =>
  server.inject({
    method: 'POST',
    url: '/graphql',
    headers: { 'content-type': 'application/json' },
    payload: `{ "query": ${JSON.stringify(document)}, "variables": { "f": ${filter} } }`,
  })

describe('variables', () => {
  it.each([
    ['nested deeply', nested('[', ']', 100_000), 'BAD_USER_INPUT'],
    ['nested deeply, as objects', `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, 'BAD_USER_INPUT'],
    ['a list of 100,000 ids', `{ "volumeId": [${many(100_000, () => '"1v1",')}"1v1"] }`, 'BAD_USER_INPUT'],
    ['a list of 10,000 ids', `{ "volumeId": [${many(9_999, () => '"1v1",')}"1v1"] }`, 'BAD_USER_INPUT'],
    ['an object of 60,000 fields', `{ ${many(60_000, (n) => `"x${n}": 1,`)} "y": 1 }`, 'BAD_USER_INPUT'],
    ['an object of 101 fields', `{ ${many(100, (n) => `"x${n}": 1,`)} "y": 1 }`, 'BAD_USER_INPUT'],
    ['a text of 10,001 characters', `{ "name": { "eq": "${'x'.repeat(10_001)}" } }`, 'BAD_USER_INPUT'],
    ['a name of 10,001 characters', `{ "${'x'.repeat(10_001)}": 1 }`, 'BAD_USER_INPUT'],
    ['many texts', `{ "volumeId": [${many(101, () => `"${'x'.repeat(10_000)}",`)} "1v1"] }`, 'TOO_COSTLY'],
    ['many lists', `{ ${many(6, (n) => `"x${n}": [${many(9_999, () => '1,')} 1],`)} "y": 1 }`, 'TOO_COSTLY'],
  ])('that are too much are refused before the database is asked anything: %s', async (_, filter, code) => {
    database.statements.length = 0
    const { errors } = (await send(filter)).json()
    expect(errors.map((error: { extensions: { code: string } }) => error.extensions.code)).toEqual([code])
    expect(database.statements).toEqual([])
  })
})

describe('a mistake', () => {
  it('is told in few words, also where it is in the middle of many', async () => {
    const faults = many(60, (n) => `"x${n}": 1,`)
    const filter = `{ ${faults} "volumeId": ["${'long'.repeat(2500)}"] }`
    const { errors } = (await send(filter)).json()
    expect(errors.length).toBeGreaterThan(50)
    for (const { message } of errors) expect(message.length).toBeLessThan(1002)
  })
})

describe('several operations at once', () => {
  it('are refused as one request', async () => {
    database.statements.length = 0
    const operation = { query: '{ viewer { account { name } } }' }
    for (const payload of [[operation], [operation, operation], []]) {
      const response = await server.inject({ method: 'POST', url: '/graphql', payload })
      expect([response.statusCode, response.json().errors]).toEqual([
        400,
        [
          {
            message: 'The body must be a JSON object with a query.',
            extensions: { code: 'BAD_REQUEST' },
          },
        ],
      ])
    }
    expect(database.statements).toEqual([])
  })
})
