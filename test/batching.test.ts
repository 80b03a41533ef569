import { beforeEach, describe, expect, it } from 'vitest'
import { Bond } from '../src/database/bond.ts'
import { change } from '../src/graphql/change.ts'
import type { Context } from '../src/graphql/context.ts'
import { createLoaders } from '../src/graphql/loaders.ts'
import '../src/graphql/schema.ts'
import { createTestDatabase } from './support/database.ts'
import { byTest } from './support/events.ts'
import { anyStorage, createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)
const make = rowMaker(database)

for (let v = 0; v < 50; v++) {
  const volume = await make.volume()
  for (let s = 0; s < 4; s++) {
    const uuid = crypto.randomUUID()
    const snapshot = await make.snapshot(volume, { state: 'backed-up', backup_uuid: uuid })
    if (s < 2) await make.backup(volume, snapshot, { uuid })
  }
}

beforeEach(() => {
  database.statements.length = 0
})
/** How many statements a document takes, whatever is in its answer. */
async function statements(document: string): Promise<number> {
  database.statements.length = 0
  await gateway.data(document)
  return database.statements.length
}

const actions = 'actions { action available code reason }'
/** Ids of all three types in turn, whose links overlap only in part. */
const mixedIds = (n: number) =>
  Array.from({ length: n }, (_, i) => [`1s${i + 1}`, `1v${50 - i}`, `1b${100 - i}`][i % 3])

describe('links are read in batches: the number of statements does not grow with the page', () => {
  it.each([
    [
      'snapshots with their volumes',
      2,
      (n: number) => `{ snapshots(first: ${n}) { nodes { volume { id name } } } }`,
    ],
    [
      'snapshots with volumes and backups',
      3,
      (n: number) => `{ snapshots(first: ${n}) { nodes { volume { id } backup { id } } } }`,
    ],
    [
      'volumes with their first snapshots and counts',
      3,
      (n: number) => `{ volumes(first: ${n}) { nodes { snapshots(first: 5) { nodes { id } totalCount } } } }`,
    ],
    [
      'volumes with a filtered page and count of snapshots',
      3,
      (n: number) =>
        `{ volumes(first: ${n}) { nodes { snapshots(last: 2, filter: { state: [BACKED_UP] }, orderBy: { field: NAME, direction: ASC }) { edges { cursor } totalCount } } } }`,
    ],
    [
      'backups with their snapshots and volumes',
      3,
      (n: number) => `{ backups(first: ${n}) { nodes { snapshot { id } volume { id } } } }`,
    ],
    [
      'backups with what their snapshots link to',
      4,
      (n: number) =>
        `{ backups(first: ${n}) { nodes { snapshot { volume { id } backup { id } } volume { name } } } }`,
    ],
    ['snapshots with their actions', 1, (n: number) => `{ snapshots(first: ${n}) { nodes { ${actions} } } }`],
    [
      'volumes with their actions, which depend on whether they have snapshots',
      2,
      (n: number) => `{ volumes(first: ${n}) { nodes { ${actions} } } }`,
    ],
    ['backups with their actions', 1, (n: number) => `{ backups(first: ${n}) { nodes { ${actions} } } }`],
    [
      'snapshots with the actions of all that they link to',
      4,
      (n: number) =>
        `{ snapshots(first: ${n}) { nodes { ${actions} volume { ${actions} } backup { ${actions} } } } }`,
    ],
    [
      'a link under several aliases',
      3,
      (n: number) =>
        `{ snapshots(first: ${n}) { nodes { one: volume { id } two: volume { name } three: backup { id } four: backup { uri } } } }`,
    ],
    [
      'a list under several aliases, twice the same, once another',
      4,
      (n: number) =>
        `{ volumes(first: ${n}) { nodes { one: snapshots(first: 2) { nodes { id } } same: snapshots(first: 2) { edges { cursor } totalCount }
          other: snapshots(last: 1) { nodes { id } } } } }`,
    ],
    [
      'nodes of three types with all that they link to',
      7,
      (n: number) => `{ nodes(ids: ${JSON.stringify(mixedIds(n))}) {
        ... on Snapshot { volume { id } backup { id } } ... on Volume { snapshots(first: 1) { nodes { id } } }
        ... on Backup { snapshot { id } volume { id } } } }`,
    ],
  ])('%s: at most %i', async (_, most, document) => {
    const few = await statements(document(3))
    const many = await statements(document(50))
    expect(many).toBeLessThanOrEqual(most)
    expect(many).toBe(few)
  })

  it('nodes of one type: one statement; of three types: three', async () => {
    expect(await statements('{ nodes(ids: ["1s1", "1s2", "1s1", "1s3"]) { id } }')).toBe(1)
    expect(await statements('{ nodes(ids: ["1s1", "1v2", "1b1", "1s3"]) { id } }')).toBe(3)
  })

  it('the account: once, however often it is asked for', async () => {
    const ids = JSON.stringify(Array(100).fill('1a1'))
    expect(await statements(`{ nodes(ids: ${ids}) { id } }`)).toBe(1)
    const viewers = Array.from({ length: 20 }, (_, n) => `v${n}: viewer { account { name } }`)
    expect(await statements(`{ ${viewers.join(' ')} node(id: "1a1") { id } }`)).toBe(1)
    expect(await statements('{ node(id: "1a2") { id } viewer { role } }')).toBe(0)
  })

  it('one row under several aliases and fields: one statement', async () => {
    expect(
      await statements(
        '{ a: snapshot(id: "1s1") { id } b: snapshot(id: "1s1") { name } c: node(id: "1s2") { id } }',
      ),
    ).toBe(1)
  })

  it('a snapshot that is created, with its volume: one statement, beside that which wakes the workers', async () => {
    const { createSnapshot } = await gateway.data(
      'mutation { createSnapshot(input: { volumeId: "1v1" }) { ... on Snapshot { name volume { id state snapshots { totalCount } } } } }',
    )
    expect(createSnapshot).toEqual({
      name: null,
      volume: { id: '1v1', state: 'ACTIVE', snapshots: { totalCount: 5 } },
    })
    const [insertion, ...others] = database.statements
    expect(insertion).toMatch(/insert into "snapshot"/)
    expect(others.filter((text) => !text.includes('pg_notify'))).toEqual([expect.stringMatching(/count/)])
    await database.client`delete from snapshot where state = 'requested'`
  })

  it('lists under aliases: one statement each, and one for each kind of their links', async () => {
    const aliased = (n: number) =>
      `{ a: snapshots(first: ${n}) { nodes { volume { id } } } b: snapshots(last: ${n}) { nodes { volume { id } } } }`
    // The links of the two lists go together where both lists are there at the same time.
    for (const n of [3, 50]) expect(await statements(aliased(n))).toBeLessThanOrEqual(4)
  })

  it('a list is counted only when its count is selected, and read only when its rows are', async () => {
    expect(await statements('{ snapshots { nodes { id } pageInfo { hasNextPage } edges { cursor } } }')).toBe(
      1,
    )
    expect(await statements('{ snapshots { totalCount } }')).toBe(1)
    expect(await statements('{ snapshots { totalCount nodes { id } again: totalCount } }')).toBe(2)
  })
})

describe('a batched page', () => {
  it('is the one that the volume alone would have', async () => {
    const page = 'snapshots(first: 3) { nodes { id } totalCount pageInfo { hasNextPage endCursor } }'
    const { volumes } = await gateway.data(`{ volumes(first: 50) { nodes { id ${page} } } }`)
    expect(volumes.nodes).toHaveLength(50)
    for (const volume of volumes.nodes.slice(0, 5)) {
      expect(volume.snapshots).toMatchObject({ totalCount: 4, pageInfo: { hasNextPage: true } })
      expect((await gateway.data(`{ volume(id: "${volume.id}") { id ${page} } }`)).volume).toEqual(volume)
      const after = volume.snapshots.pageInfo.endCursor
      const rest = await gateway.data(
        `{ volume(id: "${volume.id}") { snapshots(first: 3, after: "${after}") { nodes { id } } } }`,
      )
      expect(rest.volume.snapshots.nodes).toHaveLength(1)
    }
  })

  it('of one volume with other arguments is another one', async () => {
    const { volume } = await gateway.data(`{ volume(id: "1v1") {
      newest: snapshots(first: 1) { nodes { id } } oldest: snapshots(last: 1) { nodes { id } }
      none: snapshots(filter: { state: [] }) { totalCount } } }`)
    expect(volume).toEqual({
      newest: { nodes: [{ id: '1s4' }] },
      oldest: { nodes: [{ id: '1s1' }] },
      none: { totalCount: 0 },
    })
  })
})

describe('loaders', () => {
  it('are fresh after each mutation of a document', async () => {
    const answer = await gateway.data(`mutation {
      a: updateVolume(input: { id: "1v1", name: "a" }) { ... on Volume { snapshots(first: 1) { nodes { volume { name } } } } }
      b: updateVolume(input: { id: "1v1", name: "b" }) { ... on Volume { snapshots(first: 1) { nodes { volume { name } } } } }
    }`)
    const named = (name: string) => ({ snapshots: { nodes: [{ volume: { name } }] } })
    expect(answer).toEqual({ a: named('a'), b: named('b') })
  })

  it('are fresh also after a mutation that failed: it may have changed something', async () => {
    const { scope } = database
    const before = createLoaders(scope)
    const context: Context = {
      storage: anyStorage,
      operationDeadline: 60,
      bond: new Bond(),
      events: database.events,
      patiently: (work) => work((_, wait) => wait()),
      origin: byTest,
      requestId: 'x',
      role: 'ADMIN',
      scope,
      loaders: before,
    }
    const fails = change(context, 'volume.update', () => Promise.reject(new Error('too late')))
    await expect(fails).rejects.toThrow('too late')
    expect(context.loaders).not.toBe(before)
  })

  it('are fresh for each request', async () => {
    const read = () => gateway.data('{ snapshot(id: "1s1") { volume { name } } }')
    await database.client`update volume set name = 'one' where id = 1`
    expect(await read()).toEqual({ snapshot: { volume: { name: 'one' } } })
    await database.client`update volume set name = 'two' where id = 1`
    expect(await read()).toEqual({ snapshot: { volume: { name: 'two' } } })
  })
})
