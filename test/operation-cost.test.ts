import { readFileSync } from 'node:fs'
import { getOperationAST, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { refuseCostlyOperation } from '../src/graphql/refuse-costly-operation.ts'
import { schema } from '../src/graphql/schema.ts'
import { exampleTabs } from '../src/http/graphiql-tabs.ts'
import { RequestError } from '../src/resources/errors.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const { query, data, server } = createTestGateway(database)
const make = rowMaker(database)
const volume = await make.volume()
for (let n = 0; n < 3; n++) await make.backup(volume, await make.snapshot(volume))

/** What an operation costs: it is in the refusal of one that may cost nothing. */
function costOf(text: string, variableValues: Record<string, unknown> = {}, operationName?: string): number {
  const document = parse(text)
  const operation = getOperationAST(document, operationName)
  if (!operation) return 0
  try {
    refuseCostlyOperation({ schema, document, operation, variableValues }, 0)
  } catch (error) {
    if (error instanceof RequestError && error.code === 'TOO_COSTLY') return error.details.cost as number
    throw error
  }
  return 0
}

describe('the cost of an operation', () => {
  // 100 a place, 10 an object, 20 a text, 1 another value.
  const page = (size: number, row: number) => 100 + 10 + 100 + size * (10 + row)
  it.each<[what: string, document: string, cost: number, variables?: Record<string, unknown>]>([
    ['a text', '{ viewer { account { name } } }', 2 * (100 + 10) + 20],
    ['a name of a type', '{ __typename }', 1],
    ['an object', '{ viewer { role } }', 100 + 10 + 1],
    ['objects in each other', '{ viewer { account { id name } } }', 2 * (100 + 10) + 1 + 20],
    ['a value in an argument', '{ snapshot(id: "1s1") { id } }', 100 + 10 + 1 + 1],
    ['a page', '{ snapshots(first: 7) { nodes { id } } }', page(7, 1) + 1],
    ['a page from the end', '{ snapshots(last: 7) { nodes { id } } }', page(7, 1) + 1],
    ['a page of no size', '{ snapshots { nodes { id } } }', page(50, 1)],
    ['a page of no size, before', '{ snapshots(before: "x") { nodes { id } } }', page(50, 1) + 1],
    ['a page of null', '{ snapshots(first: null) { nodes { id } } }', page(50, 1) + 1],
    [
      'a page that is too large, and refused',
      '{ snapshots(first: 999999) { nodes { id } } }',
      page(100, 1) + 1,
    ],
    ['a page below nothing, and refused', '{ snapshots(first: -9) { nodes { id } } }', page(0, 1) + 1],
    [
      'a page by a variable',
      'query ($n: Int) { snapshots(first: $n) { nodes { id } } }',
      page(7, 1) + 1,
      { n: 7 },
    ],
    [
      'a page by a variable that is not given',
      'query ($n: Int) { snapshots(first: $n) { nodes { id } } }',
      page(50, 1) + 1,
    ],
    [
      'a page by a variable that is null',
      'query ($n: Int) { snapshots(first: $n) { nodes { id } } }',
      page(50, 1) + 1,
      { n: null },
    ],
    [
      'a page by the default of a variable',
      'query ($n: Int = 7) { snapshots(first: $n) { nodes { id } } }',
      page(7, 1) + 1,
    ],
    [
      'a page by a variable and not its default',
      'query ($n: Int = 7) { snapshots(first: $n) { nodes { id } } }',
      page(3, 1) + 1,
      { n: 3 },
    ],
    [
      'a page by a variable that is no size',
      'query ($n: Int) { snapshots(first: $n) { nodes { id } } }',
      page(100, 1) + 1,
      { n: '7' },
    ],
    [
      'the edges of a page',
      '{ snapshots(first: 7) { edges { cursor node { id } } } }',
      110 + 100 + 7 * (10 + 20 + 10 + 1) + 100 + 1,
    ],
    [
      'what a page tells of itself',
      '{ snapshots(first: 7) { totalCount pageInfo { endCursor } } }',
      110 + 1 + 10 + 110 + 20,
    ],
    [
      'pages in a page',
      '{ volumes(first: 7) { nodes { snapshots(first: 5) { nodes { id } } } } }',
      page(7, 10 + 1 + 5 * 11) + 200 + 1,
    ],
    ['a list by ids', '{ nodes(ids: ["1s1", "1s2", "1s3"]) { id } }', 100 + 3 * 11 + 4],
    ['a list by one id', '{ nodes(ids: "1s1") { id } }', 100 + 11 + 1],
    [
      'a list by ids in a variable',
      'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }',
      100 + 3 * 11 + 4,
      { ids: ['1s1', '1s2', '1s3'] },
    ],
    [
      'a list by ids, one of them in a variable',
      'query ($id: ID!) { nodes(ids: ["1s1", $id]) { id } }',
      100 + 2 * 11 + 3,
      { id: '1s2' },
    ],
    [
      'a list that knows its length',
      '{ snapshot(id: "1s1") { actions { action code } } }',
      110 + 1 + 100 + 3 * 12,
    ],
    [
      'a list that does not',
      'mutation { createSnapshot(input: { volumeId: "1v1" }) { ... on InvalidInputError { problems { path } } } }',
      110 + 2 + 100 + 10 * (10 + 10 * 20),
    ],
    [
      'a filter',
      '{ snapshots(first: 0, filter: { state: [CREATED, REMOVED], name: { eq: "x" } }) { totalCount } }',
      110 + 1 + 6 + 10,
    ],
    [
      'a filter in a variable',
      'query ($f: SnapshotFilter) { snapshots(first: 0, filter: $f) { totalCount } }',
      110 + 1 + 6 + 10,
      { f: { state: ['CREATED', 'REMOVED'], name: { eq: 'x' } } },
    ],
    [
      'a long text in a variable',
      'query ($t: String) { snapshots(first: 0, filter: { name: { contains: $t } }) { totalCount } }',
      110 + 1 + 3 + 50 + 10,
      { t: 'x'.repeat(1000) },
    ],
    [
      'a long text',
      `{ snapshots(first: 0, filter: { name: { contains: "${'x'.repeat(1000)}" } }) { totalCount } }`,
      110 + 1 + 3 + 50 + 10,
    ],
    [
      'a filter, for each volume',
      '{ volumes(first: 7) { nodes { snapshots(first: 0, filter: { state: [CREATED] }) { totalCount } } } }',
      page(7, 10 + 1 + 3 + 10) + 100 + 1,
    ],
    ['aliases', '{ a: viewer { role } b: viewer { role } }', 2 * 111],
    ['the same again', '{ viewer { role } viewer { role } }', 2 * 111],
    [
      'a fragment, wherever it is used',
      '{ a: viewer { ...f } b: viewer { ...f } } fragment f on Viewer { role }',
      2 * 111,
    ],
    [
      'the costliest of the types',
      '{ node(id: "1s1") { id ... on Snapshot { name } ... on Volume { name uri driver } } }',
      110 + 1 + 1 + 3 * 20,
    ],
    [
      'all of the types that apply',
      '{ node(id: "1s1") { ... on Node { id } ... on Resource { name } ... on Snapshot { state } } }',
      110 + 1 + 1 + 20 + 1,
    ],
    [
      'a mutation',
      'mutation { removeSnapshot(input: { id: "1s1" }) { ... on Snapshot { state } ... on UserError { message code } } }',
      110 + 2 + 20 + 1,
    ],
    [
      'what is left out',
      '{ viewer { role } snapshots @skip(if: true) { nodes { id } } ... @include(if: false) { __typename } }',
      111,
    ],
    [
      'what a variable leaves out',
      'query ($x: Boolean = true) { viewer @skip(if: $x) { role } a: viewer @include(if: $x) { role } }',
      111,
    ],
    [
      'a variable on the way into nothing',
      'query ($n: Int) { viewer { role } }',
      111,
      { n: 1, __proto__: 7 },
    ],
  ])('is that of its parts: %s', (_, document, cost, variables) => {
    expect(costOf(document, variables)).toBe(cost)
  })

  it('is that of the operation that is asked for, and none of one that there is not', () => {
    const document = 'query A { __typename } query B { viewer { role } }'
    expect([
      costOf(document, {}, 'A'),
      costOf(document, {}, 'B'),
      costOf(document, {}, 'C'),
      costOf(document),
    ]).toEqual([1, 111, 0, 0])
  })

  it('is found at once, also where fragments double it with each of a hundred levels', () => {
    const fragments = Array.from({ length: 100 }, (_, n) => {
      const next = n === 99 ? 'id' : `...f${n + 1}`
      return `fragment f${n} on Snapshot { a: volume { snapshots(first: 1) { nodes { ${next} } } } b: volume { snapshots(first: 100) { nodes { ${next} } } } }`
    })
    expect(costOf(`{ snapshot(id: "1s1") { ...f0 } } ${fragments.join(' ')}`)).toBe(1e12)
    expect(costOf(`{ snapshots(first: 0) { nodes { ...f0 } } } ${fragments.join(' ')}`)).toBe(1e12)
  })

  it('is what docs/limits.md works out for its example', () => {
    const text = readFileSync(new URL('../docs/limits.md', import.meta.url), 'utf8')
    const [, document = ''] = /```graphql\n([\s\S]*?)```/.exec(text) ?? []
    expect(costOf(document)).toBe(Number(/= (\d+)$/m.exec(document)?.[1]))
  })

  it('of the tabs of GraphiQL is far below the limit', () => {
    for (const { query } of exampleTabs) expect(costOf(query)).toBeLessThan(2500)
  })
})

describe('an operation that is too costly', () => {
  const stalling =
    '{volumes(first:100){nodes{snapshots(first:100){nodes{volume{snapshots(first:100){nodes{volume{snapshots(first:100){nodes{id}}}}}}}}}}}'
  const refusal = {
    message:
      'this may cost up to 1,131,313,111, and at most 50,000 is allowed: ask for smaller pages, for fewer fields, or in several requests',
    extensions: { code: 'TOO_COSTLY', cost: 1_131_313_111, maximumCost: 50_000 },
  }

  it('is refused with its cost before the database is asked anything, by GET and POST alike', async () => {
    database.statements.length = 0
    const { status, data: none, errors, extensions, headers } = await query(stalling)
    expect([status, none, errors]).toEqual([400, undefined, [refusal]])
    expect(extensions?.requestId).toBe(headers['x-request-id'])
    const response = await server.inject(`/graphql?query=${encodeURIComponent(stalling)}`)
    expect([response.statusCode, response.json().errors]).toEqual([400, [refusal]])
    expect(database.statements).toEqual([])
  })

  it('is refused by its variables, each time anew', async () => {
    const document = `query ($n: Int) { volumes(first: $n) { nodes { snapshots(first: $n) { nodes { id } } } } }`
    expect(await data(document, { n: 10 })).toMatchObject({ volumes: { nodes: [{}] } })
    database.statements.length = 0
    expect(await query(document, { n: 100 })).toMatchObject({
      status: 400,
      errors: [{ extensions: { cost: 112_511 } }],
    })
    expect(database.statements).toEqual([])
    expect(await data(document, { n: 10 })).toMatchObject({ volumes: { nodes: [{}] } })
  })

  it.each([
    [
      'aliases',
      `{ ${Array.from({ length: 90 }, (_, n) => `a${n}: snapshots(first: 100) { nodes { id name } }`).join(' ')} }`,
    ],
    [
      'long texts',
      `{ snapshots(first: 100) { nodes { ${Array.from({ length: 100 }, (_, n) => `a${n}: description`).join(' ')} } } }`,
    ],
    [
      'long filters, for each volume',
      'query ($f: SnapshotFilter) { volumes(first: 100) { nodes { snapshots(first: 1, filter: $f) { nodes { id } } } } }',
    ],
    [
      'a long text to search for, again and again',
      `query ($t: String) { ${Array.from({ length: 100 }, (_, n) => `a${n}: snapshots(first: 0, filter: { name: { contains: $t } }) { __typename }`).join(' ')} }`,
    ],
    [
      'a long id that nothing has, again and again',
      `mutation ($t: ID!) { ${Array.from({ length: 100 }, (_, n) => `a${n}: removeSnapshot(input: { id: $t }) { ... on NotFoundError { id } }`).join(' ')} }`,
    ],
    [
      'counts, for each volume',
      `{ volumes(first: 100) { nodes { ${Array.from({ length: 40 }, (_, n) => `a${n}: snapshots(first: ${n}) { totalCount }`).join(' ')} } } }`,
    ],
    [
      'the schema, again and again',
      `{ ${Array.from({ length: 90 }, (_, n) => `a${n}: __schema { types { name fields { name type { name kind } } } }`).join(' ')} }`,
    ],
  ])('is refused for %s', async (_, document) => {
    database.statements.length = 0
    const f = { volumeId: Array.from({ length: 1000 }, (_, n) => `1v${n + 1}`) }
    const variables = {
      ...(document.includes('$f') && { f }),
      ...(document.includes('$t') && { t: 'x'.repeat(10_000) }),
    }
    expect(await query(document, variables)).toMatchObject({
      status: 400,
      errors: [{ extensions: { code: 'TOO_COSTLY' } }],
    })
    expect(database.statements).toEqual([])
  })

  it('is no reason to say so where it is refused for something else', async () => {
    for (const document of [
      stalling.replace('{volumes', '{nope volumes'),
      `query A ${stalling} query B ${stalling}`,
    ])
      expect((await query(document)).errors?.[0]?.extensions.code).toMatch(
        /^(GRAPHQL_VALIDATION_FAILED|OPERATION_RESOLUTION_FAILURE)$/,
      )
  })
})
