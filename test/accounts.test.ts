import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
await database.client`insert into account (name, volumes_root) values ('other', 'other')`
const mine = createTestGateway(database)
const theirs = mine.as('ADMIN', 2n)

const [volume, other] = [await make.volume(), await make.volume({ account_id: 2 })]
const [snapshot, foreign] = [await make.snapshot(volume), await make.snapshot(other, { account_id: 2 })]
const foreignBackup = await make.backup(other, foreign, { account_id: 2 })
const never = 999_999

/** The same question about what another account has, and about what never was. */
async function asked(document: (id: { volume: unknown; snapshot: unknown; backup: unknown }) => string) {
  const answers = [
    { volume: other, snapshot: foreign, backup: foreignBackup },
    { volume: never, snapshot: never, backup: never },
  ].map(async (id) => {
    const { status, data, errors } = await mine.query(document(id))
    // The ids that the question has are in some answers.
    return JSON.stringify({ status, data, errors }).replace(/1([svb])\d+/g, '1$1…')
  })
  return Promise.all(answers)
}

describe('an id of another account looks the same as one that never was', () => {
  it.each([
    ['snapshot', (id) => `{ snapshot(id: "1s${id.snapshot}") { id } }`],
    ['volume', (id) => `{ volume(id: "1v${id.volume}") { id } }`],
    ['backup', (id) => `{ backup(id: "1b${id.backup}") { id } }`],
    ['node', (id) => `{ node(id: "1s${id.snapshot}") { id } }`],
    [
      'nodes',
      (id) => `{ nodes(ids: ["1s${id.snapshot}", "1v${id.volume}", "1b${id.backup}", "1a2"]) { id } }`,
    ],
    [
      'a filter by volume',
      (id) => `{ snapshots(filter: { volumeId: ["1v${id.volume}"] }) { totalCount nodes { id } } }`,
    ],
    [
      'a filter by snapshot',
      (id) => `{ backups(filter: { snapshotId: ["1s${id.snapshot}"] }) { totalCount nodes { id } } }`,
    ],
    [
      'createSnapshot',
      (id) =>
        `mutation { createSnapshot(input: { volumeId: "1v${id.volume}" }) { ... on InvalidInputError { problems { message code fieldName } } } }`,
    ],
    ...['updateSnapshot', 'backupSnapshot', 'removeSnapshot'].map(
      (mutation) =>
        [
          mutation,
          (id: { snapshot: unknown }) =>
            `mutation { ${mutation}(input: { id: "1s${id.snapshot}" }) { __typename ... on NotFoundError { id message code } } }`,
        ] as const,
    ),
    ...['updateVolume', 'removeVolume'].map(
      (mutation) =>
        [
          mutation,
          (id: { volume: unknown }) =>
            `mutation { ${mutation}(input: { id: "1v${id.volume}" }) { __typename ... on NotFoundError { id message code } } }`,
        ] as const,
    ),
    [
      'removeBackup',
      (id) =>
        `mutation { removeBackup(input: { id: "1b${id.backup}" }) { __typename ... on NotFoundError { id message code } } }`,
    ],
  ] as [string, Parameters<typeof asked>[0]][])('in %s', async (_, document) => {
    const [answer, unknown] = await asked(document)
    expect(answer).toBe(unknown)
    expect(answer).not.toContain('"errors":[')
  })
})

describe('the lists of an account', () => {
  it('have its own rows alone', async () => {
    const all =
      '{ snapshots { totalCount nodes { id } } volumes { totalCount nodes { id snapshots { totalCount } } } backups { totalCount nodes { id } } }'
    expect(await mine.data(all)).toEqual({
      snapshots: { totalCount: 1, nodes: [{ id: `1s${snapshot}` }] },
      volumes: { totalCount: 1, nodes: [{ id: `1v${volume}`, snapshots: { totalCount: 1 } }] },
      backups: { totalCount: 0, nodes: [] },
    })
    expect(await theirs.data(all)).toMatchObject({
      snapshots: { nodes: [{ id: `1s${foreign}` }] },
      backups: { totalCount: 1 },
    })
  })

  it('take no cursor as a permission: one of another account is a position among their own rows', async () => {
    // By time: theirs, mine, theirs, mine, theirs.
    const at = (second: number) => `2026-01-02T03:04:0${second}Z`
    const [own, others] = [await make.volume(), await make.volume({ account_id: 2 })]
    for (const second of [1, 3, 5])
      await make.snapshot(others, { account_id: 2, created: at(second), name: 'x' })
    const earlier = await make.snapshot(own, { created: at(2), name: 'x' })
    const later = await make.snapshot(own, { created: at(4), name: 'x' })
    const named = 'filter: { name: { eq: "x" } }'
    const { snapshots } = await theirs.data(`{ snapshots(${named}) { edges { cursor } } }`)
    const middle = snapshots.edges[1].cursor
    const page = (bound: string) => `snapshots(${named}, ${bound}: "${middle}") { totalCount nodes { id } }`
    for (const [bound, id] of [
      ['before', later],
      ['after', earlier],
    ] as const) {
      const only = { totalCount: 2, nodes: [{ id: `1s${id}` }] }
      expect(await mine.data(`{ ${page(bound)} }`)).toEqual({ snapshots: only })
      expect(await mine.data(`{ volume(id: "1v${own}") { ${page(bound)} } }`)).toEqual({
        volume: { snapshots: only },
      })
    }
  })

  it('may have volumes of the same name', async () => {
    const create = 'mutation { createVolume(input: { name: "same" }) { ... on Volume { name uri } } }'
    expect((await mine.data(create)).createVolume.uri).toBe('file:///volumes/same')
    expect((await theirs.data(create)).createVolume.name).toBe('same')
  })
})

describe('an id that is none', () => {
  it.each([
    '',
    'x',
    '1',
    '1s',
    's1',
    '1s0',
    '1s01',
    '1s-1',
    '1s1.0',
    ' 1s1',
    '1s1 ',
    '1S1',
    '2s1',
    '1x1',
    '1s1\\n',
    '1s9223372036854775808',
    '1s999999999999999999999',
    '1se1',
    '日',
    '\\u0000',
    '1s1;',
  ])('%s is an unknown one, never an error', async (id) => {
    const answer = await mine.data(
      `mutation { removeSnapshot(input: { id: "${id}" }) { ... on NotFoundError { code } } }`,
    )
    expect(answer).toEqual({ removeSnapshot: { code: 'NOT_FOUND' } })
    expect(
      await mine.data(
        `{ a: snapshot(id: "${id}") { id } b: node(id: "${id}") { id } c: nodes(ids: ["${id}"]) { id } }`,
      ),
    ).toEqual({ a: null, b: null, c: [null] })
  })

  it('more than the schema allows of them at once is BAD_USER_INPUT', async () => {
    const ids = Array.from({ length: 101 }, (_, n) => `1s${n + 1}`)
    const query = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } }'
    expect((await mine.query(query, { ids: ids.slice(1) })).errors).toBeUndefined()
    expect((await mine.query(query, { ids })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })
})
