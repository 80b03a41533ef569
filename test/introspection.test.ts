import { getIntrospectionQuery } from 'graphql'
import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'

const database = await createTestDatabase()
const open = createTestGateway(database)
const closed = createTestGateway(database, { documents: { introspection: false } })

describe('INTROSPECTION=off', () => {
  it.each([
    ['__schema', 'in all that tools ask for', getIntrospectionQuery()],
    ['__schema', 'under an alias', '{ a: __schema { queryType { name } } }'],
    ['__schema', 'in a fragment', '{ ...f } fragment f on Query { __schema { queryType { name } } }'],
    ['__type', 'alone', '{ __type(name: "Snapshot") { name } }'],
  ])('refuses %s, %s', async (field, _, document) => {
    const { data, errors } = await closed.query(document)
    expect(data).toBeUndefined()
    expect(errors?.[0]?.message).toBe(
      `GraphQL introspection has been disabled, but the requested query contained the field "${field}".`,
    )
    expect(new Set(errors?.map(({ extensions }) => extensions.code))).toEqual(
      new Set(['GRAPHQL_VALIDATION_FAILED']),
    )
    expect((await open.query(document)).errors).toBeUndefined()
  })

  it('still tells the names of types in an answer, which clients need', async () => {
    expect(await closed.data('{ __typename viewer { __typename } }')).toEqual({
      __typename: 'Query',
      viewer: { __typename: 'Viewer' },
    })
  })

  it.each<[what: string, document: string, variables?: Record<string, unknown>]>([
    ['a field', '{ snapshot { id } }'],
    ['a field of a type', '{ snapshots { node { id } } }'],
    ['a field of another type', '{ node(id: "1s1") { checksum } }'],
    ['an argument', '{ snapshot(idd: "1s1") { id } }'],
    ['an argument of a directive', '{ viewer @include(iff: true) { role } }'],
    ['a type', 'query ($f: SnapshotFilte) { snapshots(filter: $f) { totalCount } }'],
    ['a type of a fragment', '{ node(id: "1s1") { ... on Snapshott { id } } }'],
    ['an input field', '{ snapshots(filter: { stat: [CREATED] }) { totalCount } }'],
    ['an enum value', '{ snapshots(filter: { state: [CREATE] }) { totalCount } }'],
    [
      'an input field, in a variable',
      'query ($f: SnapshotFilter) { snapshots(filter: $f) { totalCount } }',
      { f: { stat: ['CREATED'] } },
    ],
    [
      'an enum value, in a variable',
      'query ($f: SnapshotFilter) { snapshots(filter: $f) { totalCount } }',
      { f: { state: ['CREATE'] } },
    ],
    ['a name of a mutation', 'mutation { createSnapshott(input: {}) { __typename } }'],
  ])('gives no hint by a mistake: %s', async (what, document, variables) => {
    const hint = /did you mean/i
    expect(JSON.stringify((await closed.query(document, variables)).errors)).not.toMatch(hint)
    const { errors } = await open.query(document, variables)
    if (what === 'a field') expect(errors?.[0]?.message).toContain('argument "id"')
    else expect(JSON.stringify(errors)).toMatch(hint)
  })
})
