import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createLists,
  cursorsOf,
  inOrder,
  type List,
  type Order,
  type Row,
  read,
  refusal,
} from './support/lists.ts'

const { database, lists } = await createLists()
const endCursor = async (list: List, orderBy: Order) => {
  const { pageInfo } = await read(list, { orderBy })
  return pageInfo.endCursor as string
}
const encode = (parts: unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url')
const refused = ['BAD_USER_INPUT']

describe.each(lists)('a cursor of $title', (list) => {
  const { type, orders, rows, filters } = list

  it.each(orders)('by $field $direction is none of another order, or of another type', async (orderBy) => {
    const foreign = []
    for (const other of lists.filter((one) => one.type !== type))
      for (const order of other.orders) foreign.push(await endCursor(other, order))
    for (const order of orders.filter((one) => one !== orderBy)) foreign.push(await endCursor(list, order))
    for (const cursor of foreign)
      for (const side of ['after', 'before'])
        expect([cursor, await refusal(list, { orderBy, [side]: cursor })]).toEqual([cursor, refused])
  })

  it.each(
    orders.filter(({ field }) => field === 'CREATED' || type === 'volume'),
  )('by $field $direction has no place for null, where nothing is null', async (orderBy) => {
    const cursor = encode([1, type, orderBy.field, orderBy.direction, null, '7'])
    for (const side of ['after', 'before'])
      expect(await refusal(list, { orderBy, [side]: cursor })).toEqual(refused)
  })

  it.each(['after', 'before'])('is one as it is or not at all: garbage as %s', async (side) => {
    const own = (await read(list, {})).pageInfo.endCursor as string
    for (const cursor of ['', 'x', '💥', own.slice(1), own.slice(0, -3), `${own}=`, `${own}A`])
      expect([cursor, await refusal(list, { [side]: cursor })]).toEqual([cursor, refused])
    // The other bound does not make up for it.
    const bounds = side === 'after' ? { after: 'x', before: own } : { after: own, before: 'x' }
    expect(await refusal(list, { last: 3, ...bounds })).toEqual(refused)
  })

  it('of any other text is BAD_USER_INPUT, never a fault', async () => {
    const almost = fc.tuple(
      fc.constantFrom(1, 2, '1', null),
      fc.constantFrom(type, 'account'),
      fc.constantFrom('CREATED', 'NAME', 'x'),
      fc.constantFrom('DESC', 'ASC'),
      fc.oneof(
        fc.jsonValue().filter((value) => value !== null),
        fc.constantFrom(
          '2026-02-30T00:00:00.000000Z',
          '2026-01-01T00:00:00Z',
          'infinity',
          '-infinity',
          'now',
        ),
      ),
      fc.oneof(
        fc.constantFrom('7', '0', '-1', '07', '9'.repeat(18), '9'.repeat(19)),
        fc.string(),
        fc.integer(),
      ),
    )
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
      almost.map(encode),
    )
    await fc.assert(
      fc.asyncProperty(texts, fc.constantFrom('after', 'before'), async (text, side) => {
        expect(await refusal(list, { [side]: text })).toEqual(refused)
      }),
      { numRuns: 100 },
    )
  })

  it('stays where it was when its row is renamed or removed', async () => {
    const orderBy = orders.at(-1) as Order
    const filter = filters.at(-1)?.filter
    const keeps = filters.find((one) => one.filter === null)?.keeps as (row: Row) => boolean
    const row = rows.filter(keeps).sort(inOrder(orderBy))[10] as Row
    const after = (await cursorsOf(list, orderBy)).get(row.id)
    const { nodes } = await read(list, { first: 5, after, orderBy, filter })
    const set = (values: object) =>
      database.client`update ${database.client(type)} set ${database.client(values as never)} where id = ${String(row.number)}`
    await set({ name: '\u{10ffff}' })
    expect((await read(list, { first: 5, after, orderBy, filter })).nodes).toEqual(nodes)
    await set({ state: 'removed', transitioning: 'no', removed: '2026-02-01T00:00:00Z' })
    expect((await read(list, { first: 5, after, orderBy, filter })).nodes).toEqual(nodes)
    await set({ name: row.name, state: row.state, removed: null })
  })
})

describe.each(
  lists.filter(({ orders }) => orders.some(({ field }) => field === 'NAME')),
)('a made-up cursor of $title by name', (list) => {
  const orderBy = { field: 'NAME', direction: 'ASC' } as const
  const at = (value: unknown) => encode([1, list.type, 'NAME', 'ASC', value, '7'])

  it.each([
    ['U+0000', 'a\0'],
    ['half a surrogate pair', 'a\ud800'],
    ['no text', 7],
  ])('with %s is BAD_USER_INPUT, never a fault', async (_, value) => {
    for (const side of ['after', 'before'])
      expect(await refusal(list, { orderBy, [side]: at(value) })).toEqual(refused)
  })

  it.each([
    '',
    'A',
    'a',
    'a b',
    '\u{ffff}',
    '\u{10ffff}',
    "o'r",
  ])('is a position like any other: %j', async (name) => {
    const position = { number: 7n, id: '', name, created: '', state: '' }
    const by = inOrder(orderBy)
    const { filter, keeps } = list.filters[0] as List['filters'][number]
    const rows = list.rows.filter(keeps).sort(by)
    for (const [side, sign] of [
      ['after', 1],
      ['before', -1],
    ] as const) {
      const { nodes } = await read(list, { first: 100, orderBy, filter, [side]: at(name) })
      const expected = rows.filter((row) => by(row, position) * sign > 0)
      expect(nodes).toEqual(expected.map(({ id }) => ({ id })))
    }
  })
})

describe('a made-up cursor of snapshots by name', () => {
  it.each([
    'ASC',
    'DESC',
  ] as const)('with null, %s, is a position among those without a name', async (direction) => {
    const list = lists[0] as List
    const orderBy = { field: 'NAME', direction } as const
    const position = { number: 30n, id: '', name: null, created: '', state: '' }
    const by = inOrder(orderBy)
    const cursor = encode([1, 'snapshot', 'NAME', direction, null, '30'])
    for (const [side, sign] of [
      ['after', 1],
      ['before', -1],
    ] as const) {
      const { nodes } = await read(list, { first: 100, orderBy, [side]: cursor })
      const expected = list.rows.filter((row) => by(row, position) * sign > 0).sort(by)
      expect(nodes).toEqual(expected.map(({ id }) => ({ id })))
    }
  })
})
