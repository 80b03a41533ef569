import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { fill } from './support/fuzz-graphql.ts'
import { createTestGateway } from './support/gateway.ts'
import { type RandomRequest, randomNumbers, randomRequests } from './support/random-documents.ts'
import { selectAll } from './support/tour.ts'

// A query that comes often is compiled, and does not go through Yoga any more. Whatever it asks, it is answered as it
// was before: by the same bytes, but for the request id beside errors.

const database = await createTestDatabase()
const ids = await fill(database)
const gatewayOf = (patience: number) => createTestGateway(database, { documents: { patience } }).server
const [interpreting, compiling] = [gatewayOf(Number.POSITIVE_INFINITY), gatewayOf(0)]

async function answerOf(server: typeof compiling, payload: object) {
  const { statusCode, headers, body } = await server.inject({ method: 'POST', url: '/graphql', payload })
  return {
    statusCode,
    type: headers['content-type'],
    retryAfter: headers['retry-after'],
    body: body.replaceAll(/"requestId":"[^"]*"/g, '"requestId":"…"'),
  }
}

/** Asks graphql-js through Yoga and by itself, and graphql-jit through Yoga and by itself. */
async function expectTheSame(payload: object): Promise<string> {
  const expected = await answerOf(interpreting, payload)
  for (const server of [interpreting, compiling, compiling])
    expect(await answerOf(server, payload), JSON.stringify(payload)).toEqual(expected)
  return expected.body
}

const snapshot = ids.find((id) => id.startsWith('1s')) ?? ''
const volume = ids.find((id) => id.startsWith('1v')) ?? ''
const parts = `
  fragment Named on Resource { id name ... on Snapshot { volumeId } }
  fragment Taken on Snapshot { ...Named state volume { ...Named } }`

describe('a compiled query is answered as it was before', () => {
  it.each([
    ['everything', `{ node(id: "${snapshot}") ${selectAll('Node', 3)} }`],
    [
      'lists',
      `{ snapshots(first: 3) ${selectAll('SnapshotConnection', 3)} volumes ${selectAll('VolumeConnection', 2)} }`,
    ],
    [
      'aliases and merged fields',
      `{ a: snapshot(id: "${snapshot}") { id } a: snapshot(id: "${snapshot}") { name volume { id } } a: snapshot(id: "${snapshot}") { volume { name } } }`,
    ],
    [
      'fragments on interfaces',
      `{ nodes(ids: ["${snapshot}", "${volume}", "1s999999", "x"]) { ...Named ...Taken } } ${parts}`,
    ],
    [
      'the introspection',
      '{ __schema { queryType { name } types { name kind fields { name type { name ofType { name } } } } } __type(name: "Snapshot") { name } __typename }',
    ],
    ['nothing', '{ snapshot(id: "1s999999") { id } volume(id: "") { id } }'],
    ['a refused page', '{ snapshots(first: 101) { nodes { id } } viewer { role } }'],
    ['a refused cursor', '{ volumes(after: "x") { nodes { id } } }'],
    [
      'two refused lists',
      '{\n  a: snapshots(first: -1) { totalCount }\r\n  b: volumes(last: 1000) { nodes { id } }\r  viewer { role }\n}',
    ],
    [
      'what costs too much',
      '{ snapshots(first: 100) { nodes { volume { snapshots(first: 100) { nodes { id } } } } } }',
    ],
    ['what is not valid', '{ snapshots { nothing } }'],
    ['what is no document', '{ snapshots'],
    [
      'a mutation',
      'mutation { removeSnapshot(input: { id: "1s999999" }) { ... on NotFoundError { message } } }',
    ],
  ])('of %s', async (_, query) => {
    await expectTheSame({ query })
  })

  it.each<[what: string, query: string, ...variables: object[]]>([
    [
      '@skip and @include',
      `query ($a: Boolean!, $b: Boolean = true) { snapshot(id: "${snapshot}") { id name @skip(if: $a) volume @include(if: $b) { id name @include(if: $a) } ... @skip(if: $a) { state } } }`,
      { a: true },
      { a: false },
      { a: true, b: false },
      { a: false, b: null },
      {},
      { a: 'no' },
    ],
    [
      'defaults of variables',
      'query ($n: Int = 2, $filter: SnapshotFilter = { state: [CREATED] }) { snapshots(first: $n, filter: $filter) { nodes { id state } pageInfo { hasNextPage endCursor } } }',
      {},
      { n: null },
      { n: 1, filter: null },
      { filter: {} },
      { filter: { state: null, name: { eq: null } } },
      { filter: { state: 'CREATED' } },
      { filter: { name: { startsWith: 'n' } } },
      { n: 1.5 },
      { n: '1' },
      { filter: { unknown: 1 } },
      { filter: [] },
    ],
    [
      'a default of a variable that may not be null',
      'query ($n: Int! = 2) { snapshots(first: $n) { nodes { id } } }',
      {},
      { n: 1 },
      { n: null },
    ],
    [
      'parts of an input',
      'query ($state: [SnapshotState!], $name: String, $after: DateTime) { snapshots(first: 2, filter: { state: $state, name: { eq: $name }, createdAfter: $after }, orderBy: { field: NAME, direction: DESC }) { nodes { id } } }',
      {},
      { state: ['CREATED'] },
      { state: 'REMOVED' },
      { name: 'name' },
      { state: ['NONE'] },
      { after: '2020-01-01T00:00:00Z' },
      { after: 'yesterday' },
      { after: 7 },
    ],
    [
      'ids',
      'query ($id: ID!, $ids: [ID!] = []) { snapshot(id: $id) { id } nodes(ids: $ids) { id } }',
      { id: snapshot },
      { id: 7 },
      { id: null },
      {},
      { id: snapshot, ids: [volume, 1] },
      { id: snapshot, ids: null },
      { id: {} },
      { id: true },
      { id: 1.5 },
    ],
    [
      'an order',
      'query ($orderBy: SnapshotOrder) { snapshots(first: 2, orderBy: $orderBy) { nodes { id } } }',
      {},
      { orderBy: null },
      { orderBy: { field: 'NAME', direction: 'ASC' } },
      { orderBy: { field: 'NAME' } },
    ],
  ])('of variables for %s', async (_, query, ...all) => {
    for (const variables of all) await expectTheSame({ query, variables })
  })

  it('of several operations in a document', async () => {
    const query = 'query A { viewer { role } } query B { viewer { account { id } } }'
    for (const operationName of ['A', 'B', 'C', null, '', undefined])
      await expectTheSame({ query, operationName })
  })

  it('of fragments that use each other a thousand million times', async () => {
    const nested = (directive: string) =>
      Array.from(
        { length: 30 },
        (_, n) => `fragment F${n} on Snapshot { ...F${n + 1} ${directive} ...F${n + 1} ${directive} }`,
      )
    const query = (directive: string) =>
      `{ snapshots(first: 1) { nodes { id ...F0 } } } ${nested(directive).join(' ')} fragment F30 on Snapshot { name }`
    await expectTheSame({ query: query('@skip(if: true)') })
    await expectTheSame({ query: query('') }) // too costly
  })

  it('of a body that is not quite right', async () => {
    const query = '{ viewer { role } }'
    await expectTheSame({ query })
    const more = [
      { variables: [] },
      { variables: 'x' },
      { extensions: {} },
      { extensions: 7 },
      { operationName: 7 },
      { unknown: 1 },
      { documentId: 'x' },
      { query: 7 },
      { query: null },
      { variables: null, operationName: null, extensions: null },
    ]
    for (const extra of more) await expectTheSame({ query, ...extra })
  })

  it('of whatever may be asked', async () => {
    const next = randomRequests(randomNumbers(5), ids)
    const isRead = ({ query }: RandomRequest) => !query.trimStart().startsWith('mutation')
    let whole = 0
    for (let asked = 0; asked < 200; ) {
      const request = next()
      if (!isRead(request)) continue
      asked++
      const body = await expectTheSame(request)
      if (!body.includes('"errors"')) whole++
    }
    expect(whole).toBeGreaterThan(50)
  })
})
