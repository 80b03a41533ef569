import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLists, cursorsOf, inOrder, type Order, type Row, read, refusal } from './support/lists.ts'

const { lists } = await createLists()

const sizes = fc.oneof(
  fc.record({ first: fc.integer({ min: 0, max: 70 }) }),
  fc.record({ last: fc.integer({ min: 0, max: 70 }) }),
  fc.constant({}),
)
const idsOf = (nodes: { id: string }[]) => nodes.map((node) => node.id)
const spell = ({ field, direction }: Order) => `${field} ${direction}`

describe.each(lists)('a page of $title', (list) => {
  const { rows, orders, filters } = list

  it.each(
    orders,
  )('by $field $direction is what an oracle says, for every size, bounds and filter', async (orderBy) => {
    const cursor = await cursorsOf(list, orderBy)
    const by = inOrder(orderBy)
    const bound = fc.option(fc.constantFrom(...rows))
    await fc.assert(
      fc.asyncProperty(
        sizes,
        bound,
        bound,
        fc.constantFrom(...filters),
        async (size, after, before, { filter, keeps }) => {
          const whole = rows.filter(keeps).sort(by)
          // A cursor is a position: it holds though its row is filtered out.
          const within = whole.filter(
            (row) => (!after || by(row, after) > 0) && (!before || by(row, before) < 0),
          )
          const { first, last } = size as { first?: number; last?: number }
          const expected =
            last === undefined ? within.slice(0, first ?? 50) : last === 0 ? [] : within.slice(-last)

          const page = await read(list, {
            ...size,
            orderBy,
            filter,
            after: after && cursor.get(after.id),
            before: before && cursor.get(before.id),
          })
          const ids = idsOf(expected)
          expect(page).toEqual({
            edges: ids.map((id) => ({ cursor: cursor.get(id), node: { id } })),
            nodes: ids.map((id) => ({ id })),
            totalCount: whole.length,
            pageInfo: {
              hasNextPage: last === undefined ? within.length > expected.length : before !== null,
              hasPreviousPage: last === undefined ? after !== null : within.length > expected.length,
              startCursor: cursor.get(ids[0] ?? '') ?? null,
              endCursor: cursor.get(ids.at(-1) ?? '') ?? null,
            },
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  const walks = orders.flatMap((orderBy) =>
    (['first', 'last'] as const).map((way) => ({ way, orderBy, order: spell(orderBy) })),
  )
  it.each(walks)('after page by $way, by $order, comes each row once, in that order', async ({
    way,
    orderBy,
  }) => {
    const everything = filters.at(-1)?.filter
    const seen: string[][] = []
    for (let cursor: string | null = null; seen.length < rows.length; ) {
      const side = way === 'first' ? 'after' : 'before'
      const page = await read(list, { [way]: 17, [side]: cursor, orderBy, filter: everything })
      seen.push(idsOf(page.nodes))
      if (!(way === 'first' ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage)) break
      cursor = way === 'first' ? page.pageInfo.endCursor : page.pageInfo.startCursor
    }
    const walked = (way === 'first' ? seen : seen.reverse()).flat()
    expect(walked).toEqual(idsOf([...rows].sort(inOrder(orderBy))))
  })

  it('is the newest 50 by default, also where the order is null', async () => {
    const keeps = filters.find(({ filter }) => filter === null)?.keeps as (row: Row) => boolean
    const newest = rows
      .filter(keeps)
      .sort(inOrder({ field: 'CREATED', direction: 'DESC' }))
      .slice(0, 50)
    expect(newest).toHaveLength(50)
    for (const variables of [{}, { orderBy: null, first: null, last: null, after: null, before: null }])
      expect(idsOf((await read(list, variables)).nodes)).toEqual(idsOf(newest))
  })

  it.each([
    { first: -1 },
    { first: 101 },
    { last: -1 },
    { last: 101 },
    { first: 1, last: 1 },
    { first: 0, last: 0 },
    { first: 2 ** 31 },
  ])('has no size out of range: %o', async (size) => {
    expect(await refusal(list, size)).toEqual(['BAD_USER_INPUT'])
  })

  it('may have 0 to 100 rows', async () => {
    const filter = filters.at(-1)?.filter
    for (const size of [{ first: 100 }, { last: 100 }])
      expect((await read(list, { ...size, filter })).nodes).toHaveLength(rows.length)
    for (const size of [{ first: 0 }, { last: 0 }])
      expect(await read(list, { ...size, filter })).toMatchObject({ nodes: [], totalCount: rows.length })
  })
})
