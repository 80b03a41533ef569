import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)
const make = rowMaker(database)

interface Row {
  id: bigint
  name: string | null
  created: string
  state: string
}
type Field = 'CREATED' | 'NAME'
type Direction = 'ASC' | 'DESC'

// Names and times with many ties; times that differ in microseconds only; names that other collations order otherwise.
const names = [
  null,
  null,
  'a',
  'a',
  'B',
  'b',
  'Z',
  'ä',
  'é',
  'zz',
  '10',
  '9',
  '~',
  '\u{ffff}',
  '\u{10000}',
  '😀',
  'A b',
  'A_b',
]
const volume = await make.volume()
const rows: Row[] = []
for (let n = 0; n < 60; n++) {
  const name = names[(n * 7) % names.length] ?? null
  const created = `2026-01-02T03:04:05.00000${n % 6}Z`
  const state = n % 3 === 0 ? 'created' : 'requested'
  const transitioning = state === 'created' ? 'no' : 'yes'
  rows.push({
    id: await make.snapshot(volume, { name, created, state, transitioning }),
    name,
    created,
    state,
  })
}

/** By code points, nulls last, ties by id: the order of the contract, in ASC. */
function compare(a: Row, b: Row, field: Field): number {
  const byId = a.id < b.id ? -1 : a.id > b.id ? 1 : 0
  if (field === 'CREATED') return a.created < b.created ? -1 : a.created > b.created ? 1 : byId
  if (a.name === null || b.name === null) return a.name === b.name ? byId : a.name === null ? 1 : -1
  return Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)) || byId
}
const inOrder = (field: Field, direction: Direction) => (a: Row, b: Row) =>
  direction === 'ASC' ? compare(a, b, field) : compare(b, a, field)
const idOf = (row: Row) => `1s${row.id}`

const document = `query ($first: Int, $last: Int, $after: String, $before: String, $orderBy: SnapshotOrder, $filter: SnapshotFilter) {
  snapshots(first: $first, last: $last, after: $after, before: $before, orderBy: $orderBy, filter: $filter) {
    edges { cursor node { id } }
    nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    totalCount
  }
}`
const list = async (variables: Record<string, unknown>) => (await gateway.data(document, variables)).snapshots
const cursors = async (field: Field, direction: Direction): Promise<Map<string, string>> => {
  const { edges } = await list({ first: 100, orderBy: { field, direction } })
  return new Map(edges.map((edge: { cursor: string; node: { id: string } }) => [edge.node.id, edge.cursor]))
}

const orders = fc.record({
  field: fc.constantFrom<Field>('CREATED', 'NAME'),
  direction: fc.constantFrom<Direction>('ASC', 'DESC'),
})
const sizes = fc.oneof(
  fc.record({ first: fc.integer({ min: 0, max: 70 }) }),
  fc.record({ last: fc.integer({ min: 0, max: 70 }) }),
  fc.constant({}),
)
const bound = fc.option(fc.nat(rows.length - 1))

describe('a page', () => {
  it('is what an oracle says, for every order, size, bounds and filter', async () => {
    const known = new Map<string, Map<string, string>>()
    await fc.assert(
      fc.asyncProperty(
        orders,
        sizes,
        bound,
        bound,
        fc.boolean(),
        async (order, size, after, before, filtered) => {
          const key = `${order.field} ${order.direction}`
          const cursor = known.get(key) ?? (await cursors(order.field, order.direction))
          known.set(key, cursor)
          const by = inOrder(order.field, order.direction)
          const [from, to] = [after, before].map((index) => (index === null ? null : (rows[index] as Row)))
          const whole = rows.filter((row) => !filtered || row.state === 'created').sort(by)
          // A cursor is a position: it holds though its row is filtered out.
          const within = whole.filter((row) => (!from || by(row, from) > 0) && (!to || by(row, to) < 0))
          const { first, last } = size as { first?: number; last?: number }
          const expected =
            last === undefined ? within.slice(0, first ?? 50) : last === 0 ? [] : within.slice(-last)

          const page = await list({
            ...size,
            orderBy: order,
            after: from && cursor.get(idOf(from)),
            before: to && cursor.get(idOf(to)),
            filter: filtered ? { state: ['CREATED'] } : null,
          })
          const ids = expected.map(idOf)
          expect(page.nodes.map((node: { id: string }) => node.id)).toEqual(ids)
          expect(page.edges).toEqual(ids.map((id) => ({ cursor: cursor.get(id), node: { id } })))
          expect(page.totalCount).toBe(whole.length)
          expect(page.pageInfo).toEqual({
            hasNextPage: last === undefined ? within.length > expected.length : before !== null,
            hasPreviousPage: last === undefined ? after !== null : within.length > expected.length,
            startCursor: cursor.get(ids[0] ?? '') ?? null,
            endCursor: cursor.get(ids.at(-1) ?? '') ?? null,
          })
        },
      ),
      { numRuns: 150 },
    )
  })

  it.each(['first', 'last'])('after page by %s comes each row once, in the order asked for', async (way) => {
    const order = { field: 'NAME', direction: 'DESC' } as const
    const seen: string[][] = []
    for (let cursor: string | null = null; ; ) {
      const page = await list({ [way]: 7, [way === 'first' ? 'after' : 'before']: cursor, orderBy: order })
      seen.push(page.nodes.map((node: { id: string }) => node.id))
      if (!(way === 'first' ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage)) break
      cursor = way === 'first' ? page.pageInfo.endCursor : page.pageInfo.startCursor
    }
    const walked = (way === 'first' ? seen : seen.reverse()).flat()
    expect(walked).toEqual([...rows].sort(inOrder(order.field, order.direction)).map(idOf))
  })

  it('is the newest 50 by default, also where the order is null', async () => {
    const newest = [...rows].sort(inOrder('CREATED', 'DESC')).slice(0, 50).map(idOf)
    for (const page of [await list({}), await list({ orderBy: null, first: null, after: null })])
      expect(page.nodes.map((node: { id: string }) => node.id)).toEqual(newest)
  })

  it.each(['volumes', 'backups'])('of %s is newest first too', async (name) => {
    const snapshot = rows[0]?.id ?? 0n
    for (const created of ['2026-01-01T00:00:00.000002Z', '2026-01-01T00:00:00.000001Z'])
      name === 'volumes'
        ? await make.volume({ created })
        : await make.backup(volume, snapshot, { created, state: 'removing' })
    const answer = await gateway.data(`{ ${name} { nodes { created } } }`)
    const times = answer[name].nodes.map((node: { created: string }) => node.created)
    expect(times).toEqual([...times].sort().reverse())
    expect(times.length).toBeGreaterThan(1)
  })
})

describe('a cursor', () => {
  const errorOf = async (variables: Record<string, unknown>) => {
    const { errors, data } = await gateway.query(document, variables)
    expect(data).toBeNull()
    return errors?.map((error) => error.extensions.code)
  }

  it('that is garbage, of another type or of another order is BAD_USER_INPUT', async () => {
    const { backups, volumes } = await gateway.data(
      '{ volumes { pageInfo { endCursor } } backups { pageInfo { endCursor } } }',
    )
    const other = (await list({ orderBy: { field: 'NAME', direction: 'DESC' } })).pageInfo.endCursor
    const opposite = (await list({ orderBy: { field: 'CREATED', direction: 'ASC' } })).pageInfo.endCursor
    const own = (await list({})).pageInfo.endCursor as string
    const foreign = [volumes.pageInfo.endCursor, backups.pageInfo.endCursor, other, opposite]
    expect(foreign.every((cursor) => typeof cursor === 'string')).toBe(true)
    for (const cursor of ['', 'x', '💥', own.slice(1), own.slice(0, -3), `${own}=`, `${own}A`, ...foreign])
      for (const side of ['after', 'before'])
        expect([cursor, await errorOf({ [side]: cursor })]).toEqual([cursor, ['BAD_USER_INPUT']])
  })

  it('of any other text is BAD_USER_INPUT, never a fault', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.base64String(),
          fc.json().map((json) => Buffer.from(json).toString('base64url')),
          fc
            .tuple(
              fc.constantFrom(1, 2, '1'),
              fc.constantFrom('snapshot', 'volume'),
              fc.constantFrom('CREATED', 'x'),
              fc.constantFrom('DESC'),
              fc.jsonValue(),
              fc.oneof(fc.string(), fc.integer()),
            )
            .map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url')),
        ),
        async (after) => {
          expect(await errorOf({ after })).toEqual(['BAD_USER_INPUT'])
        },
      ),
      { numRuns: 100 },
    )
  })

  it('stays where it was when its row is renamed or removed', async () => {
    const order = { field: 'NAME', direction: 'ASC' } as const
    const at = [...rows].sort(inOrder('NAME', 'ASC'))[10] as Row
    const cursor = (await cursors('NAME', 'ASC')).get(idOf(at))
    const before = await list({ first: 5, after: cursor, orderBy: order })
    await database.client`update snapshot set name = '\u{10ffff}' where id = ${String(at.id)}`
    expect((await list({ first: 5, after: cursor, orderBy: order })).nodes).toEqual(before.nodes)
    await database.client`update snapshot set state = 'removed', transitioning = 'no', removed = now() where id = ${String(at.id)}`
    expect((await list({ first: 5, after: cursor, orderBy: order })).nodes).toEqual(before.nodes)
    await database.client`update snapshot set name = ${at.name}, state = 'created', removed = null where id = ${String(at.id)}`
  })
})

describe('sizes', () => {
  it.each([
    { first: -1 },
    { first: 101 },
    { last: -1 },
    { last: 101 },
    { first: 1, last: 1 },
    { first: 0, last: 0 },
  ])('out of range are BAD_USER_INPUT: %o', async (size) => {
    const { errors } = await gateway.query(document, size)
    expect(errors?.map((error) => error.extensions.code)).toEqual(['BAD_USER_INPUT'])
  })
  it('at their limits are fine', async () => {
    expect((await list({ first: 100 })).nodes).toHaveLength(rows.length)
    expect((await list({ first: 0 })).nodes).toEqual([])
    expect((await list({ last: 100 })).nodes).toHaveLength(rows.length)
  })
})
