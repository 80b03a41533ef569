import { beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'
import { allCoordinates, coordinatesOf, coordinatesOfType, selectAll } from './support/tour.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
await database.client`insert into account (name, volumes_root) values ('other', 'other')`
const mine = createTestGateway(database)
const theirs = mine.as('ADMIN', 2n)

const [volume, other] = [await make.volume(), await make.volume({ account_id: 2 })]
const [snapshot, foreign] = [await make.snapshot(volume), await make.snapshot(other, { account_id: 2 })]
const foreignBackup = await make.backup(other, foreign, { account_id: 2 })
const never = 999_999

/** Every row, as it is. */
const everything = async () => [
  ...(await database.client`
    select account_id, id, uuid, name, state, transitioning from volume
    union all select account_id, id, uuid, name, state, transitioning from snapshot
    union all select account_id, id, uuid, name, state, transitioning from backup order by uuid`),
]

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

type Question = Parameters<typeof asked>[0]
const problems = '__typename ... on InvalidInputError { problems { message code fieldName } }'
const notFound = '__typename ... on NotFoundError { id message code }'
const filters = (id: { volume: unknown; snapshot: unknown }) => ({
  snapshots: `filter: { volumeId: ["1v${id.volume}"], removed: INCLUDE }`,
  backups: `filter: { volumeId: ["1v${id.volume}"] }`,
  copies: `filter: { snapshotId: ["1s${id.snapshot}"] }`,
})
/** A question for every place of the interface that takes an id. */
const questions: Record<string, Question> = {
  snapshot: (id) => `{ snapshot(id: "1s${id.snapshot}") { id } }`,
  volume: (id) => `{ volume(id: "1v${id.volume}") { id } }`,
  backup: (id) => `{ backup(id: "1b${id.backup}") { id } }`,
  node: (id) =>
    `{ a: node(id: "1s${id.snapshot}") { id } b: node(id: "1v${id.volume}") { id } c: node(id: "1b${id.backup}") { id } }`,
  nodes: (id) => `{ nodes(ids: ["1s${id.snapshot}", "1v${id.volume}", "1b${id.backup}", "1a2"]) { id } }`,
  'a filter of snapshots': (id) => `{ snapshots(${filters(id).snapshots}) { totalCount nodes { id } } }`,
  "a filter of a volume's snapshots": (id) =>
    `{ volume(id: "1v${volume}") { snapshots(${filters(id).snapshots}) { totalCount nodes { id } } } }`,
  'a filter of backups by volume': (id) => `{ backups(${filters(id).backups}) { totalCount nodes { id } } }`,
  'a filter of backups by snapshot': (id) => `{ backups(${filters(id).copies}) { totalCount nodes { id } } }`,
  'a filter of events': (id) =>
    `{ snapshotEvents(filter: { snapshotId: ["1s${id.snapshot}"], volumeId: ["1v${id.volume}"] }) { nodes { id } } }`,
  'a wait': (id) => `{ awaitSnapshot(id: "1s${id.snapshot}") { ${notFound} } }`,
  createSnapshot: (id) =>
    `mutation { createSnapshot(input: { volumeId: "1v${id.volume}" }) { ${problems} } }`,
  updateSnapshot: (id) =>
    `mutation { updateSnapshot(input: { id: "1s${id.snapshot}", name: "x" }) { ${notFound} } }`,
  backupSnapshot: (id) => `mutation { backupSnapshot(input: { id: "1s${id.snapshot}" }) { ${notFound} } }`,
  removeSnapshot: (id) => `mutation { removeSnapshot(input: { id: "1s${id.snapshot}" }) { ${notFound} } }`,
  updateVolume: (id) =>
    `mutation { updateVolume(input: { id: "1v${id.volume}", name: "x" }) { ${notFound} } }`,
  removeVolume: (id) => `mutation { removeVolume(input: { id: "1v${id.volume}" }) { ${notFound} } }`,
  removeBackup: (id) => `mutation { removeBackup(input: { id: "1b${id.backup}" }) { ${notFound} } }`,
}

describe('an id of another account looks the same as one that never was', () => {
  it.each(Object.entries(questions))('in %s', async (_, document) => {
    const before = await everything()
    const [answer, unknown] = await asked(document)
    expect(answer).toBe(unknown)
    expect(answer).not.toContain('"errors":[')
    expect(await everything()).toEqual(before)
  })

  it('and so wherever the interface takes an id', () => {
    const taken = new Set(
      Object.values(questions).flatMap((question) =>
        coordinatesOf(question({ volume: 1, snapshot: 1, backup: 1 })),
      ),
    )
    expect(coordinatesOfType('ID').filter((coordinate) => !taken.has(coordinate))).toEqual([])
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

  it.each([
    'snapshots',
    'volumes',
    'backups',
    'snapshots of a volume',
  ])('take no cursor as a permission: of %s, one of another account is a position among their own', async (list) => {
    // By time: theirs, mine, theirs, mine, theirs; in a time of their own.
    const year = { snapshots: 2031, volumes: 2032, backups: 2033 }[list] ?? 2034
    const at = (second: number) => `${year}-01-02T03:04:0${second}Z`
    const [own, others] = [await make.volume(), await make.volume({ account_id: 2 })]
    const row = async (second: number, account_id: number) => {
      const of = account_id === 1 ? own : others
      const values = { account_id, created: at(second) }
      if (list === 'volumes') return `1v${await make.volume(values)}`
      if (list !== 'backups') return `1s${await make.snapshot(of, values)}`
      return `1b${await make.backup(of, await make.snapshot(of, { account_id }), values)}`
    }
    const ids = []
    for (const second of [1, 2, 3, 4, 5]) ids.push(await row(second, second % 2 ? 2 : 1))
    const filter = `filter: { createdAfter: "${at(0)}", createdBefore: "${at(9)}" }`
    const page = (of: bigint, bound: string) => {
      const field = `snapshots(${filter}${bound}) { totalCount nodes { id } edges { cursor } }`
      return list === 'snapshots of a volume'
        ? `{ volume(id: "1v${of}") { ${field} } }`
        : `{ ${field.replace('snapshots', list)} }`
    }
    const read = async (by: typeof mine, of: bigint, bound = '') => {
      const data = await by.data(page(of, bound))
      const { totalCount, nodes, edges } = data.volume?.snapshots ?? data[list]
      return {
        totalCount,
        ids: nodes.map(({ id }: { id: string }) => id),
        cursors: edges.map(({ cursor }: { cursor: string }) => cursor),
      }
    }
    const middle = (await read(theirs, others)).cursors[1]
    expect(await read(mine, own, `, before: "${middle}"`)).toMatchObject({ totalCount: 2, ids: [ids[3]] })
    expect(await read(mine, own, `, after: "${middle}"`)).toMatchObject({ totalCount: 2, ids: [ids[1]] })
  })

  it('and so every list that takes a cursor', () => {
    const lists = ['Query.snapshots', 'Query.volumes', 'Query.backups', 'Volume.snapshots']
    const ofEvents = ['Query.snapshotEvents', 'Snapshot.events'] // events.test.ts has them
    const cursors = allCoordinates().filter((coordinate) => /\((after|before):\)$/.test(coordinate))
    const both = [...lists, ...ofEvents].flatMap((list) => [`${list}(after:)`, `${list}(before:)`])
    expect(cursors.sort()).toEqual([...both, 'Subscription.snapshotEvents(after:)'].sort())
  })

  it('may have volumes of the same name', async () => {
    const create = 'mutation { createVolume(input: { name: "same" }) { ... on Volume { name uri } } }'
    expect((await mine.data(create)).createVolume.uri).toBe('file:///volumes/same')
    expect((await theirs.data(create)).createVolume.name).toBe('same')
  })
})

describe('accounts that have rows with the same ids', () => {
  const owners = [
    [mine, 1, 'ours'],
    [theirs, 2, 'foreign'],
  ] as const

  beforeAll(async () => {
    // No insert gives an id, so that no two rows have the same one; here all have twins.
    for (const table of ['volume', 'snapshot', 'backup'])
      await database.client`alter table ${database.client(table)} alter column id set generated by default`
    for (const [owner, account_id, name] of owners) {
      const of = { account_id, name }
      for (const id of [9001, 9002]) await make.volume({ ...of, id, name: `${name}-${id}` })
      for (const id of [9001, 9002, 9003, 9004])
        await make.snapshot(9001n, { ...of, id, state: id === 9001 ? 'backed-up' : 'created' })
      for (const id of [9001, 9002]) await make.backup(9001n, BigInt(id), { ...of, id })
      await owner.data(
        `mutation { updateSnapshot(input: { id: "1s9001", name: "${name}-event" }) { __typename } }`,
      )
    }
  })

  const page = (type: string) => `(first: 20) ${selectAll(`${type}Connection`, 2)}`
  const reads: Record<string, string> = {
    viewer: selectAll('Viewer', 1),
    node: `(id: "1s9001") ${selectAll('Node', 3)}`,
    nodes: `(ids: ["1v9001", "1s9001", "1b9001", "1s9002"]) ${selectAll('Node', 2)}`,
    snapshot: `(id: "1s9001") ${selectAll('Snapshot', 3)}`,
    snapshots: page('Snapshot'),
    volume: `(id: "1v9001") ${selectAll('Volume', 3)}`,
    volumes: page('Volume'),
    backup: `(id: "1b9001") ${selectAll('Backup', 3)}`,
    backups: page('Backup'),
    snapshotEvents: `(last: 20) ${selectAll('SnapshotEventConnection', 3)}`,
    awaitSnapshot: `(id: "1s9001") ${selectAll('AwaitSnapshotResult', 3)}`,
  }
  const changes: Record<string, string> = {
    createVolume: 'name: "made"',
    updateVolume: 'id: "1v9002", description: "changed"',
    removeVolume: 'id: "1v9002"',
    createSnapshot: 'volumeId: "1v9001"',
    updateSnapshot: 'id: "1s9002", description: "changed"',
    backupSnapshot: 'id: "1s9003"',
    removeSnapshot: 'id: "1s9004"',
    removeBackup: 'id: "1b9002"',
  }

  it.each(Object.entries(reads))('%s answers each with its own, by whatever link', async (field, rest) => {
    for (const [account, number, name] of owners) {
      const text = JSON.stringify(await account.data(`{ ${field}${rest} }`))
      const [, , foreign] = owners[number === 1 ? 1 : 0]
      if (field !== 'viewer') expect(text).toContain(`"${name}`)
      expect(text).not.toContain(`"${foreign}`)
      expect(text).not.toContain(`"1a${3 - number}"`)
    }
  })

  it.each(
    Object.entries(changes),
  )('%s changes its own alone, under a key that both use', async (field, input) => {
    for (const [account, number] of owners) {
      const others = (await everything()).filter((row) => row.account_id !== String(number))
      const document = `mutation { ${field}(input: { ${input}, idempotencyKey: "${field}" }) {
        __typename ... on Resource { id accountId } ... on UserError { message } } }`
      const first = await account.query(document)
      expect(first.data[field]).toMatchObject({ accountId: `1a${number}` })
      expect(first.extensions).toBeUndefined()
      const again = await account.query(document)
      expect(again.data).toEqual(first.data)
      expect(again.extensions).toEqual({ idempotentReplay: true })
      expect((await everything()).filter((row) => row.account_id !== String(number))).toEqual(others)
    }
  })

  it('and so every field that can be asked for', () => {
    const fields = (type: 'Query' | 'Mutation') =>
      allCoordinates().flatMap((coordinate) => new RegExp(`^${type}\\.(\\w+)$`).exec(coordinate)?.[1] ?? [])
    expect(Object.keys(reads).sort()).toEqual(fields('Query').sort())
    expect(Object.keys(changes).sort()).toEqual(fields('Mutation').sort())
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
    '1se0',
    '1se9999',
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
