import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { asker } from './support/rancher-v1.ts'
import {
  type Condition,
  fields,
  inOrder,
  isListed,
  modifiers,
  noDates,
  plurals,
  type Row,
  type Type,
} from './support/rancher-v1-oracle.ts'
import { createRows, texts, times } from './support/rancher-v1-rows.ts'
import { rowMaker } from './support/rows.ts'

const { database, rows } = await createRows()
const ask = asker(createTestGateway(database))

type Order = 'asc' | 'desc'
type Parameters = readonly (readonly [name: string, value: string])[]

const types: Type[] = ['snapshot', 'volume', 'backup']
const origin = 'http://localhost'
const idsOf = (list: readonly { id: string }[]) => list.map(({ id }) => id)
const urlOf = (path: string, parameters: Parameters) => {
  const query = new URLSearchParams(parameters.map(([name, value]) => [name, value])).toString()
  return query === '' ? path : `${path}?${query}`
}
const targetOf = (url: string) => {
  expect(url.startsWith(`${origin}/v1/`)).toBe(true)
  return url.slice(origin.length)
}
const parametersOf = (url: string) => [...new URL(url, origin).searchParams]
const spell = ({ field, modifier, value }: Condition) =>
  [modifier === 'eq' ? field : `${field}_${modifier}`, value] as const

type Ask = ReturnType<typeof asker>

/** Reads a list that is answered. */
async function list(target: string, by: Ask = ask) {
  const { status, body } = await by('GET', target)
  if (status !== 200) throw new Error(`${target}: ${status} ${JSON.stringify(body)}`)
  return body
}

/** All pages of a list, from the first one on. */
async function walk(target: string, by: Ask = ask, between = async () => {}) {
  const pages = [await list(target, by)]
  for (let next = pages[0].pagination?.next ?? null; next !== null; next = pages.at(-1).pagination.next) {
    if (pages.length > 1000) throw new Error(`${target} does not end`)
    await between()
    pages.push(await list(targetOf(next), by))
  }
  return pages
}
// biome-ignore lint/suspicious/noExplicitAny: answers are asserted as wholes, whatever their shape
const idsOfPages = (pages: any[]): string[] => pages.flatMap(({ data }) => idsOf(data))

/** The rows of a list. */
function listed(type: Type, conditions: readonly Condition[], sort: string | null = null, order?: Order) {
  return rows[type].filter((row) => isListed(type, row, conditions)).sort(inOrder(sort, order))
}

const characters = [...'aAbBzé%_\\ 190😀日\u{ffff}', '\n']
const wild = fc.array(fc.constantFrom(...characters), { maxLength: 4 }).map((parts) => parts.join(''))

/** Texts that are near one: its beginnings, and it with some of it replaced. */
function near(text: string): fc.Arbitrary<string> {
  const points = [...text]
  return fc
    .tuple(fc.nat(points.length), fc.nat(points.length), fc.constantFrom('', '%', '_', '\\', '\\%', '%_'))
    .map(([from, to, between]) => points.slice(0, from).join('') + between + points.slice(to).join(''))
}

const ids = [
  '1v1',
  '1v2',
  '1v8',
  '1s1',
  '1s17',
  '1s80',
  '1b1',
  '1b33',
  '1a1',
  '1a2',
  '1v9999',
  '1',
  '1x5',
  '1V1',
  '1v01',
  '1v0',
  '1v-1',
  'v1',
  '1v1 ',
  '',
  '1v99999999999999999999',
]

const values: Record<string, fc.Arbitrary<string>> = {
  int: fc.oneof(
    fc.constantFrom('0', '1', '9', '10', '50', '100', '-1', '007', '2147483648', '99999999999'),
    fc.constantFrom('9007199254740993', '999999999999999999', '', 'x', '1.0', '1e1', '0x1', '1 0', 'null'),
    fc.constantFrom('99999999999999999999', '-99999999999999999999', '10\u0000'),
  ),
  date: fc.oneof(
    fc.constantFrom(...times),
    fc.constantFrom(...times).map((time) => `${time.slice(0, 19)}Z`),
    fc.constantFrom('2026-01-02', '2026-01-01', '1970-01-01', '0001-01-01', '9999-12-31T23:59:59Z'),
    fc.constantFrom('2026-01-02T05:04:05+02:00', '2026-01-01T22:04:05.25-05:00', '2026-01-02T03:04:05.9Z'),
    fc.constantFrom(...noDates),
  ),
  enum: fc.constantFrom(
    ...['requested', 'creating', 'created', 'backing-up', 'backed-up', 'removing', 'removed', 'active'],
    ...['no', 'yes', 'error', 'snapshot', 'volume', 'backup', '', 'CREATED', 'x', 'a\u0000'],
  ),
  boolean: fc.constantFrom('true', 'false', 'True', 'False', 'FALSE', '', '0', 'x', 'no', 'false\u0000'),
  reference: fc.constantFrom(...ids),
}

function anyValue(type: Type, field: string): fc.Arbitrary<string> {
  const own = rows[type].flatMap((row) => row[field] ?? []).map(String)
  const some = own.length === 0 ? fc.constant('') : fc.constantFrom(...own)
  const made = values[fields[type][field] ?? '']
  if (made) return fc.oneof(some, made)
  if (fields[type][field] === 'uuid')
    return fc.oneof(some, some.chain(near), fc.constantFrom('', '%', 'x', 'a\u0000', '%-4%'))
  return fc.oneof(
    some,
    some.chain(near),
    wild,
    fc.constantFrom(...texts.map((text) => text ?? ''), 'a\u0000', 'null'),
  )
}

function conditionOn(type: Type, field: string): fc.Arbitrary<Condition> {
  const kind = fields[type][field] ?? 'text'
  return fc.record({
    field: fc.constant(field),
    modifier: fc.constantFrom(...modifiers[kind]),
    value: anyValue(type, field),
  })
}

const anyCondition = (type: Type) =>
  fc.constantFrom(...Object.keys(fields[type])).chain((field) => conditionOn(type, field))

/** What says nothing of any list. */
const unknown: fc.Arbitrary<readonly [string, string]> = fc.constantFrom(
  ['name_lt', 'a'],
  ['created_like', '2026%'],
  ['state_prefix', 'c'],
  ['id_gt', '1s5'],
  ['accountId_in', '1a2'],
  ['sizeBytes_prefix', '1'],
  ['name_', 'a'],
  ['_eq', 'a'],
  ['_null', ''],
  ['nope', 'a'],
  ['nope_null', ''],
  ['Name', 'a'],
  ['name_eq_x', 'a'],
  ['__proto__', 'a'],
  ['__proto___eq', 'a'],
  ['constructor', 'a'],
  ['toString_null', ''],
  ['hasOwnProperty_eq', 'a'],
  ['volume_id', '1'],
  ['_cache', 'x'],
  ['_format', 'json'],
  ['', ''],
  ['include', 'nope'],
  ['all', 'true'],
)
const noise = fc.array(unknown, { maxLength: 2 })
/** What is had along changes no list. */
const along: fc.Arbitrary<Parameters> = fc.subarray(
  ['volume', 'account', 'snapshot'].map((link) => ['include', link] as const),
  { maxLength: 1 },
)

describe.each(types)('the list of each %s', (type) => {
  const path = `/v1/${plurals[type]}`
  const names = Object.keys(fields[type])
  const directed = names.flatMap((field) =>
    (['asc', 'desc'] as const).map((order) => [field, order] as const),
  )

  it('can be filtered by every field, by the modifiers of its kind, and sorted by them', async () => {
    const { body: schema } = await ask('GET', `/v1/schemas/${type}`)
    expect(schema.collectionFilters).toEqual(
      Object.fromEntries(
        Object.entries(fields[type]).map(([name, kind]) => [
          name,
          {
            modifiers: expect.toSatisfy(
              (all) => [...all].sort().join() === [...modifiers[kind]].sort().join(),
            ),
          },
        ]),
      ),
    )
    const { sortLinks, filters } = await list(path)
    expect(Object.keys(sortLinks).sort()).toEqual([...names].sort())
    expect(Object.keys(filters).sort()).toEqual([...names].sort())
  })

  it.each(names)('is filtered by %s as an oracle says', async (field) => {
    await fc.assert(
      fc.asyncProperty(conditionOn(type, field), fc.boolean(), async (condition, withRemoved) => {
        // That `removed` is null, or not, says of each row whether it is there: both together are all.
        const shown: Condition = { field: 'removed', modifier: 'notnull', value: '' }
        const conditions = withRemoved ? [condition, shown] : [condition]
        const { data, filters } = await list(urlOf(path, [['limit', '0'], ...conditions.map(spell)]))
        expect(idsOf(data)).toEqual(idsOf(listed(type, conditions)))
        const { modifier, value } = condition
        expect(filters[field]).toContainEqual({ modifier, value })
      }),
      { numRuns: 50 },
    )
  })

  it('meets all conditions at once, and what is no condition says nothing', async () => {
    const conditions = fc.uniqueArray(anyCondition(type), {
      maxLength: 4,
      selector: (one) => String(spell(one)),
    })
    await fc.assert(
      fc.asyncProperty(conditions, noise, async (conditions, noise) => {
        const parameters = [...noise, ...conditions.map(spell), ['limit', '0'] as const]
        const { data, pagination, sort, filters } = await list(urlOf(path, parameters))
        expect(idsOf(data)).toEqual(idsOf(listed(type, conditions)))
        expect({ pagination, sort }).toEqual({ pagination: null, sort: null })
        const echo = (name: string) => {
          const own = conditions.filter(({ field }) => field === name)
          return own.length === 0 ? null : own.map(({ modifier, value }) => ({ modifier, value }))
        }
        expect(filters).toEqual(Object.fromEntries(names.map((name) => [name, echo(name)])))
      }),
      { numRuns: 100 },
    )
  })

  it.each(names)('has, by %s, what equals a value or what differs from it, never both', async (field) => {
    const upper = anyValue(type, field).chain((value) => fc.constantFrom(value, value.toUpperCase()))
    await fc.assert(
      fc.asyncProperty(upper, async (value) => {
        const equal = idsOf((await list(urlOf(path, [spell({ field, modifier: 'eq', value })]))).data)
        const other = idsOf((await list(urlOf(path, [spell({ field, modifier: 'ne', value })]))).data)
        expect(equal.filter((id) => other.includes(id))).toEqual([])
      }),
      { numRuns: 20 },
    )
  })

  it.each(
    directed,
  )('sorted by %s, %s, has each row once in that order, page by page', async (sort, order) => {
    const everything: Condition[] = [{ field: 'accountId', modifier: 'eq', value: '1a1' }]
    const about = fc
      .constantFrom('null', 'notnull')
      .map((modifier) => ({ field: 'removed', modifier, value: '' }))
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.constant(everything), fc.array(fc.oneof(about, anyCondition(type)), { maxLength: 1 })),
        fc.constantFrom(3, 7, 17, 20, 100),
        fc.shuffledSubarray(['sort', 'order', 'limit'], { minLength: 3 }),
        fc.tuple(noise, along).map((some) => some.flat()),
        async (conditions, limit, places, noise) => {
          const asked: Record<string, string> = { sort, order, limit: String(limit) }
          const parameters: Parameters = [
            ...places.map((name) => [name, asked[name] ?? ''] as const),
            ...conditions.map(spell),
            ...noise,
          ]
          const pages = await walk(urlOf(path, parameters))
          const whole = idsOf(listed(type, conditions, sort, order))
          expect(idsOfPages(pages)).toEqual(whole)
          expect(pages).toHaveLength(Math.max(1, Math.ceil(whole.length / limit)))
          for (const [at, { data, pagination, sort: echo }] of pages.entries()) {
            const isLast = at === pages.length - 1
            if (!isLast) expect(data).toHaveLength(limit)
            expect(pagination).toEqual({
              first: null,
              previous: null,
              next: isLast ? null : expect.any(String),
              limit,
              total: null,
              partial: !isLast,
            })
            expect(echo).toEqual({ name: sort, order, reverse: expect.any(String) })
            if (isLast) continue
            // All that was asked stands in it too, in its order.
            const next = parametersOf(pagination.next)
            const kept = next.filter(([name]) => name !== 'marker')
            expect(kept).toEqual(parameters.map(([name, value]) => [name, value]))
            expect(next).toHaveLength(kept.length + 1)
            expect(pagination.next.split('?', 1)).toEqual([`${origin}${path}`])
          }
        },
      ),
      { numRuns: 6 },
    )
  })

  it.each(names)('sorted by %s has links to itself, sorted otherwise, that are true', async (name) => {
    const parameters: Parameters = [
      ['sort', 'id'],
      ['name_ne', 'a'],
      ['order', 'desc'],
      ['limit', '7'],
      ['state_ne', 'x&y=z'],
    ]
    const conditions: Condition[] = [{ field: 'name', modifier: 'ne', value: 'a' }]
    const { pagination } = await list(urlOf(path, parameters))
    // Also from a later page they lead to a first one.
    for (const from of [urlOf(path, parameters), targetOf(pagination.next)]) {
      const { sortLinks } = await list(from)
      const sorted = await list(targetOf(sortLinks[name]))
      expect(idsOf(sorted.data)).toEqual(idsOf(listed(type, conditions, name)).slice(0, 7))
      expect(sorted.sort).toMatchObject({ name, order: 'asc' })
      const reversed = await list(targetOf(sorted.sort.reverse))
      expect(idsOf(reversed.data)).toEqual(idsOf(listed(type, conditions, name, 'desc')).slice(0, 7))
      expect(reversed.sort).toMatchObject({ name, order: 'desc' })
      const back = await list(targetOf(reversed.sort.reverse))
      expect(idsOf(back.data)).toEqual(idsOf(sorted.data))
      const next = await list(targetOf(reversed.pagination.next))
      const again = await list(targetOf(next.sort.reverse))
      expect(idsOf(again.data)).toEqual(idsOf(sorted.data))
    }
  })

  it.each([
    ['nope', 'desc', null, null],
    ['Name', 'asc', null, null],
    ['', 'desc', null, null],
    ['name_eq', 'desc', null, null],
    ['__proto__', 'desc', null, null],
    ['constructor', 'desc', null, null],
    [null, 'desc', null, null],
    ['created', null, 'created', 'asc'],
    ['created', '', 'created', 'asc'],
    ['created', 'down', 'created', 'asc'],
    ['created', 'ASC', 'created', 'asc'],
    ['created', 'DESC', 'created', 'desc'],
    ['created', 'Desc', 'created', 'desc'],
  ] as const)('with sort %j and order %j is sorted by %j, %j', async (sort, order, by, way) => {
    const parameters = [
      ...(sort === null ? [] : [['sort', sort] as const]),
      ...(order === null ? [] : [['order', order] as const]),
    ]
    const pages = await walk(urlOf(path, [...parameters, ['limit', '9']]))
    expect(idsOfPages(pages)).toEqual(idsOf(listed(type, [], by, way ?? 'asc')))
    expect(pages[0].sort).toEqual(by && { name: by, order: way, reverse: expect.any(String) })
  })

  it.each([
    ['0', null],
    ['-1', null],
    ['-100000', null],
    ['', 100],
    ['x', 100],
    ['1e9', 100],
    ['5.5', 100],
    ['0x10', 100],
    ['NaN', 100],
    ['Infinity', 100],
    ['5\u0000', 100],
    ['1', 1],
    ['05', 5],
    ['10', 10],
    ['10000', 10_000],
    ['10001', 10_000],
    ['1000000000', 10_000],
    ['99999999999999999999999', 10_000],
  ])('of limit %j has pages of %j rows', async (asked, limit) => {
    const { data, pagination } = await list(urlOf(path, [['limit', asked]]))
    const whole = idsOf(listed(type, []))
    expect(idsOf(data)).toEqual(limit === null ? whole : whole.slice(0, limit))
    const partial = limit !== null && whole.length > limit
    const next = partial ? expect.any(String) : null
    expect(pagination).toEqual(
      limit === null ? null : { first: null, previous: null, next, limit, total: null, partial },
    )
  })

  const snapshotsOf = rows.volume.map(({ id }) => `/v1/volumes/${id}/snapshots`)
  const places: Record<Type, [path: string, keeps: (row: Row) => boolean][]> = {
    volume: [['/v1/accounts/1a1/volumes', () => true]],
    snapshot: [
      ['/v1/accounts/1a1/snapshots', () => true],
      ...snapshotsOf
        .slice(0, 4)
        .map((place, n): [string, (row: Row) => boolean] => [
          place,
          ({ volumeId }) => volumeId === rows.volume[n]?.id,
        ]),
    ],
    backup: [
      ['/v1/accounts/1a1/backups', () => true],
      [`/v1/volumes/${rows.volume[0]?.id}/backups`, ({ volumeId }) => volumeId === rows.volume[0]?.id],
      [
        `/v1/snapshots/${rows.snapshot[1]?.id}/backups`,
        ({ snapshotId }) => snapshotId === rows.snapshot[1]?.id,
      ],
    ],
  }
  it.each([
    ...places[type],
    [`/v1/projects/1a1/${plurals[type]}`, () => true] as (typeof places)[Type][number],
    [`/v1/${type}`, () => true] as (typeof places)[Type][number],
  ])('is filtered, sorted and paged as %s too', async (place, keeps) => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(anyCondition(type), { maxLength: 2, selector: (one) => String(spell(one)) }),
        fc.constantFrom(
          null,
          ...names.filter((name) => !['description', 'driver', 'transitioningMessage'].includes(name)),
        ),
        fc.constantFrom('asc', 'desc'),
        async (conditions, sort, order) => {
          const parameters: Parameters = [
            ...conditions.map(spell),
            ...(sort === null
              ? []
              : ([
                  ['sort', sort],
                  ['order', order],
                ] as const)),
            ['limit', '6'],
          ]
          const pages = await walk(urlOf(place, parameters))
          expect(idsOfPages(pages)).toEqual(
            idsOf(listed(type, conditions, sort, sort === null ? 'asc' : order).filter(keeps)),
          )
          const self = `${origin}${place.replace(/\/snapshot$|\/volume$|\/backup$/, '$&s')}`
          for (const { links, resourceType } of pages)
            expect({ links, resourceType }).toEqual({ links: { self }, resourceType: type })
        },
      ),
      { numRuns: 15 },
    )
  })
})

const encode = (parts: unknown) => Buffer.from(JSON.stringify(parts)).toString('base64url')

describe.each(types)('a marker of the list of each %s', (type) => {
  const path = `/v1/${plurals[type]}`
  const names = Object.keys(fields[type])
  const limit = 7
  const pageBy = (sort: string | null, order: Order, marker?: string, of = type) =>
    urlOf(`/v1/${plurals[of]}`, [
      ...(sort === null
        ? []
        : ([
            ['sort', sort],
            ['order', order],
          ] as const)),
      ['limit', String(limit)],
      ...(marker === undefined ? [] : ([['marker', marker]] as const)),
    ])
  /** Nothing changes here: each page is read once. */
  const firstPages = new Map<string, ReturnType<typeof list>>()
  const firstPage = (sort: string | null, order: Order, of = type) => {
    const target = pageBy(sort, order, undefined, of)
    const page = firstPages.get(target) ?? list(target)
    firstPages.set(target, page)
    return page
  }
  const markerOf = async (sort: string | null, order: Order, of = type): Promise<string> => {
    const { pagination } = await firstPage(sort, order, of)
    return new URL(pagination.next).searchParams.get('marker') ?? ''
  }
  /** With a marker that is none, a list is answered as without. */
  const expectFirst = async (sort: string | null, order: Order, marker: string) => {
    const { status, body } = await ask('GET', pageBy(sort, order, marker))
    expect({ marker, status, ids: status === 200 && idsOf(body.data) }).toEqual({
      marker,
      status: 200,
      ids: idsOf((await firstPage(sort, order)).data),
    })
  }
  // Of what is the same in all rows the order is that by id.
  const constant = ['id', 'kind', 'accountId', 'externalId', 'imageId', 'instanceId', 'isHostPath']
  const isSame = (sort: string | null) => sort === null || constant.includes(sort)
  const orderIs = (sort: string | null, order: Order) =>
    isSame(sort) ? `id ${sort === null ? 'asc' : order}` : `${sort} ${order}`
  const sorts = [null, ...names]
  const byAll = sorts.flatMap((sort) => (['asc', 'desc'] as const).map((order) => ({ sort, order })))

  it.each(byAll)('by $sort, $order, is none of another order, nor of another type', async ({
    sort,
    order,
  }) => {
    for (const other of byAll)
      if (orderIs(other.sort, other.order) !== orderIs(sort, order))
        await expectFirst(sort, order, await markerOf(other.sort, other.order))
    for (const of of types.filter((one) => one !== type))
      for (const name of new Set([sort, 'id', 'created', null]))
        if (name === null || name in fields[of])
          await expectFirst(sort, order, await markerOf(name, order, of))
  })

  it('that is any text is none, and never a fault', async () => {
    const own = await markerOf('created', 'desc')
    const garbage = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.base64String(),
      fc.json().map((json) => Buffer.from(json).toString('base64url')),
      fc.constantFrom(
        '',
        'm0',
        'm100',
        'x',
        '0',
        '💥',
        'null',
        `${own}=`,
        `${own}A`,
        own.slice(1),
        own.slice(0, -3),
        ` ${own}`,
      ),
      fc.nat().map((offset) => `m${offset}`),
    )
    await fc.assert(
      fc.asyncProperty(garbage, fc.constantFrom(...byAll), async (marker, { sort, order }) => {
        await expectFirst(sort, order, marker)
      }),
      { numRuns: 100 },
    )
  })

  const notText = [7, true, {}, [], ['a'], 'a\u0000', 'a\ud800', '\udc00']
  const notNumber = [...notText, '', 'x', '1.5', '1e3', ' 1', '1 ', '0x1', '-', '--1', 'NaN', 'null', '１']
  const bad: Record<string, unknown[]> = {
    text: notText,
    enum: notText,
    uuid: [
      ...notText,
      '',
      'x',
      'a%',
      '0'.repeat(32),
      `{${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}}`,
      null,
    ],
    date: [
      ...notText,
      ...noDates,
      '2026-01-01T00:00:00Z',
      '2026-02-30T00:00:00.000000Z',
      '2026-01-01T00:00:00.000000+00:00',
      '-infinity',
      '99999-01-01T00:00:00.000000Z',
    ],
    int: [...notNumber, '9223372036854775808', '-9223372036854775809', '9'.repeat(30)],
    reference: [...notNumber, '9223372036854775808', '9'.repeat(30), '1v1'],
  }
  const others = names.filter((name) => !isSame(name))

  it.each(others)('by %s, with a value that is none of it, is none', async (sort) => {
    for (const order of ['asc', 'desc'] as const) {
      const parts = JSON.parse(Buffer.from(await markerOf(sort, order), 'base64url').toString())
      expect(parts).toHaveLength(6)
      const tampered = [
        ...(bad[fields[type][sort] ?? ''] ?? []),
        ...(sort === 'transitioningProgress' ? ['2147483648', '-2147483649', '9999999999'] : []),
        ...(['created', 'state', 'transitioning'].includes(sort) ? [null] : []),
      ]
      for (const value of tampered) await expectFirst(sort, order, encode(parts.toSpliced(4, 1, value)))
    }
  })

  it.each(byAll)('by $sort, $order, with an id that is none, or more or less in it, is none', async ({
    sort,
    order,
  }) => {
    const parts = JSON.parse(Buffer.from(await markerOf(sort, order), 'base64url').toString())
    for (const id of [0, 7, null, '', '0', '-1', '07', '1.5', 'x', '9223372036854775808', '9'.repeat(30)])
      await expectFirst(sort, order, encode(parts.toSpliced(5, 1, id)))
    for (const other of [
      [],
      parts.slice(1),
      [...parts, '1'],
      { ...parts },
      [parts],
      null,
      'x',
      parts.toSpliced(0, 1, 2),
    ])
      await expectFirst(sort, order, encode(other))
  })

  it('that somebody made up is never a fault', async () => {
    const value = fc.oneof(
      fc.constant(null),
      fc.string({ unit: 'binary' }),
      fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }).map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString().replace('Z', '000Z')),
      fc.uuid(),
      fc.constantFrom(...times, ...noDates, '2147483647', '-2147483648', '999999999', '9'.repeat(18), '-0'),
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...byAll), value, fc.nat(100), async ({ sort, order }, value, id) => {
        const parts = JSON.parse(Buffer.from(await markerOf(sort, order), 'base64url').toString())
        const marker = encode([...parts.slice(0, 4), value, String(id + 1)])
        const { data } = await list(pageBy(sort, order, marker).replace(/limit=\d+/, 'limit=0'))
        // From some position on, the list.
        const whole = idsOf((await list(pageBy(sort, order).replace(/limit=\d+/, 'limit=0'))).data)
        const found = idsOf(data)
        expect(found).toEqual(found.length === 0 ? [] : whole.slice(-found.length))
      }),
      { numRuns: 100 },
    )
  })

  it('holds under another filter, and when its row is no longer in the list', async () => {
    const marker = await markerOf('created', 'asc')
    const [at] = listed(type, [], 'created', 'asc').slice(limit - 1)
    const filtered: Condition = { field: 'id', modifier: 'ne', value: at?.id ?? '' }
    const { data } = await list(
      urlOf(path, [['sort', 'created'], ['limit', '0'], ['marker', marker], spell(filtered)]),
    )
    expect(idsOf(data)).toEqual(idsOf(listed(type, [], 'created', 'asc').slice(limit)))
  })
})

describe('a walk through a list that changes meanwhile', async () => {
  const database = await createTestDatabase()
  const ask = asker(createTestGateway(database))
  const make = rowMaker(database)
  const volumes = [await make.volume(), await make.volume()]
  const live = new Map<string, Row>()

  const made = fc.record({
    name: fc.constantFrom(...texts),
    created: fc.constantFrom(...times),
    size: fc.constantFrom(null, 0n, 1n, 2n, 10n),
    transitioning_progress: fc.constantFrom(null, 0, 9, 10),
    volume: fc.nat(1),
  })
  type Made = typeof made extends fc.Arbitrary<infer T> ? T : never

  async function insert({ volume, size, ...values }: Made): Promise<void> {
    const volumeId = volumes[volume] ?? 0n
    const stored = { size_bytes: size === null ? null : String(size), managed_volume_uuid: 'm' }
    const id = `1s${await make.snapshot(volumeId, { ...values, ...stored })}`
    const progress = values.transitioning_progress
    live.set(id, {
      id,
      name: values.name,
      created: values.created,
      sizeBytes: size,
      volumeId: `1v${volumeId}`,
      transitioningProgress: progress === null ? null : BigInt(progress),
      state: 'created',
    })
  }

  async function remove(id: string): Promise<void> {
    const { client } = database
    await client`update snapshot set state = 'removed', removed = now() where id = ${id.slice(2)}`
    live.delete(id)
  }

  beforeAll(async () => {
    for (const row of fc.sample(made, { numRuns: 60, seed: 7 })) await insert(row)
  })

  const sorts = [
    null,
    'id',
    'name',
    'created',
    'sizeBytes',
    'transitioningProgress',
    'volumeId',
    'state',
    'kind',
  ]
  it.each(
    sorts.flatMap((sort) => (['asc', 'desc'] as const).map((order) => ({ sort, order }))),
  )('by $sort, $order, loses and doubles no row that was there all the time', async ({ sort, order }) => {
    const change = fc.record({
      inserted: fc.array(made, { maxLength: 2 }),
      removed: fc.array(fc.nat(), { maxLength: 2 }),
      /** Whether the row goes that the next page begins after. */
      removesLast: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 20 }),
        fc.array(change, { minLength: 1, maxLength: 5 }),
        async (limit, changes) => {
          while (live.size < 40)
            for (const row of fc.sample(made, { numRuns: 10, seed: live.size })) await insert(row)
          const stable = new Map(live)
          const known = new Map(live)
          const seen: string[] = []
          const parameters: Parameters = [
            ...(sort === null ? [] : ([['sort', sort]] as const)),
            ['order', order],
            ['limit', String(limit)],
          ]
          let next: string | null = urlOf('/v1/snapshots', parameters)
          for (let turn = 0; next !== null; turn++) {
            const page: { data: { id: string }[]; pagination: { next: string | null } } = await list(
              next,
              ask,
            )
            seen.push(...idsOf(page.data))
            next = page.pagination.next && targetOf(page.pagination.next)
            const { inserted = [], removed = [], removesLast = false } = changes[turn] ?? {}
            for (const row of inserted) await insert(row)
            for (const [id, row] of live) known.set(id, row)
            const last = seen.at(-1)
            const gone = new Set(removed.flatMap((n) => [...live.keys()][n % live.size] ?? []))
            if (removesLast && last !== undefined && live.has(last)) gone.add(last)
            for (const id of gone) {
              await remove(id)
              stable.delete(id)
            }
          }
          const by = inOrder(sort, sort === null ? 'asc' : order)
          expect(seen.filter((id) => stable.has(id))).toEqual(idsOf([...stable.values()].sort(by)))
          // Whatever came and went is in its place too.
          const walked = seen.map((id) => known.get(id) as Row)
          expect(idsOf([...new Set(walked)].sort(by))).toEqual(seen)
        },
      ),
      { numRuns: 8 },
    )
  })
})

describe('what links lead to, had along in a list', () => {
  const links: [Type, string, 'one' | 'several'][] = [
    ['snapshot', 'account', 'one'],
    ['snapshot', 'volume', 'one'],
    ['snapshot', 'backups', 'several'],
    ['volume', 'account', 'one'],
    ['volume', 'snapshots', 'several'],
    ['volume', 'backups', 'several'],
    ['backup', 'account', 'one'],
    ['backup', 'snapshot', 'one'],
    ['backup', 'volume', 'one'],
  ]

  it.each(links)('of each %s by %s is what the link itself answers', async (type, link, many) => {
    const path = `/v1/${plurals[type]}`
    for (const about of ['removed_null', 'removed_notnull', 'state'])
      for (const spelled of [link, link.toUpperCase()]) {
        const parameters: Parameters = [
          ['include', spelled],
          [about, 'removed'],
          ['sort', 'created'],
          ['limit', '17'],
        ]
        const pages = await walk(urlOf(path, parameters))
        const bare = await walk(urlOf(path, parameters.slice(1)))
        expect(idsOfPages(pages)).toEqual(idsOfPages(bare))
        expect(idsOfPages(pages)).not.toEqual([])
        const plain = bare.flatMap(({ data }) => data)
        for (const [at, resource] of pages.flatMap(({ data }) => data).entries()) {
          const { body } = await ask('GET', targetOf(resource.links[link]))
          // The link stays, and nothing else is there that was not.
          expect(resource).toEqual({ ...plain[at], [link]: many === 'one' ? body : body.data })
        }
      }
  })

  it.each(types)('are so for each %s in every order', async (type) => {
    const one = links.filter(([from, , many]) => from === type && many === 'one').map(([, link]) => link)
    for (const link of one)
      for (const sort of Object.keys(fields[type])) {
        const parameters: Parameters = [
          ['sort', sort],
          ['limit', '5'],
        ]
        const along = await list(urlOf(`/v1/${plurals[type]}`, [...parameters, ['include', link]]))
        const plain = await list(urlOf(`/v1/${plurals[type]}`, parameters))
        expect([sort, idsOf(along.data)]).toEqual([sort, idsOf(plain.data)])
        for (const resource of along.data) expect(resource[link].id).toBe(resource[`${link}Id`])
      }
  })

  it('is all that is wanted at once, of whatever is a link', async () => {
    const all = links.filter(([type]) => type === 'snapshot').map(([, link]) => ['include', link] as const)
    const { data } = await list(urlOf('/v1/snapshots', [...all, ['include', 'nope'], ['include', 'self']]))
    const plain = await list('/v1/snapshots')
    for (const [at, resource] of data.entries()) {
      const { account, volume, backups, ...rest } = resource
      expect(rest).toEqual(plain.data[at])
      expect([account.id, volume.id]).toEqual([resource.accountId, resource.volumeId])
      expect(idsOf(backups)).toEqual(
        idsOf(listed('backup', [{ field: 'snapshotId', modifier: 'eq', value: resource.id }])),
      )
    }
  })

  it('stands in the next pages too', async () => {
    const parameters: Parameters = [
      ['include', 'volume'],
      ['limit', '9'],
      ['include', 'backups'],
    ]
    for (const { data } of await walk(urlOf('/v1/snapshots', parameters)))
      for (const resource of data)
        expect(resource).toMatchObject({ volume: { id: resource.volumeId }, backups: expect.any(Array) })
  })
})

describe('what a resource shows', async () => {
  const database = await createTestDatabase()
  const ask = asker(createTestGateway(database))
  const make = rowMaker(database)
  const volume = await make.volume()
  // While a snapshot is taken, its size is there before it says so.
  const taken = { size_bytes: '7', checksum: `sha256:${'a'.repeat(64)}`, description: 'd', name: 'n' }
  await make.snapshot(volume, { ...taken, state: 'creating', transitioning: 'yes' })
  await make.snapshot(volume, { ...taken, managed_volume_uuid: 'm', transitioning_progress: 5 })
  await make.snapshot(volume, { state: 'requested', transitioning: 'yes' })

  it.each(
    Object.keys(fields.snapshot).filter((name) => name !== 'transitioningMessage'),
  )('is what it is found by: %s', async (field) => {
    const { data } = await list('/v1/snapshots', ask)
    expect(data).toHaveLength(3)
    const shown = new Set<string | number | null>(data.map((one: Record<string, never>) => one[field]))
    for (const value of shown) {
      const parameter = value === null ? [`${field}_null`, ''] : [field, String(value)]
      const found = await list(urlOf('/v1/snapshots', [parameter as [string, string]]), ask)
      expect([value, idsOf(found.data)]).toEqual([
        value,
        idsOf(data.filter((one: Record<string, unknown>) => one[field] === value)),
      ])
    }
  })
})

describe('a long list', async () => {
  const database = await createTestDatabase()
  const gateway = createTestGateway(database)
  const ask = asker(gateway)
  const { client } = database
  const count = 1203

  beforeAll(async () => {
    const make = rowMaker(database)
    const awkward = ['"', '\\', '\n', '\r\n', '},\n    {', '],[', '\u2028', '😀', '</script>', '']
    await make.volume({ name: 'parent' })
    await client`
      insert into volume (account_id, name, description, transitioning, state, driver, path)
      select 1, 'v' || n, (${awkward}::text[])[1 + n % 10], 'no', 'active', 'vfs', 'v' || n
      from generate_series(2, ${count}) n`
    await client`
      insert into snapshot (account_id, volume_id, name, description, state, transitioning)
      select 1, case when n <= 100 then 2 when n <= 201 then 3 else 1 end,
        (${awkward}::text[])[1 + n % 10], repeat((${awkward}::text[])[1 + n % 7], n % 5), 'created', 'no'
      from generate_series(1, ${count}) n`
    await client`
      insert into backup (account_id, volume_id, snapshot_id, key, size_bytes, checksum, name, state, transitioning)
      select 1, volume_id, id, 'k' || id, id, 'sha256:0', name, 'created', 'no' from snapshot`
  })

  it.each(types)('of each %s is the pages of it one after the other, as JSON', async (type) => {
    const path = `/v1/${plurals[type]}`
    const pages = await walk(`${path}?limit=97`, ask)
    const whole = pages.flatMap(({ data }) => data)
    expect(whole).toHaveLength(count)
    expect(new Set(idsOf(whole)).size).toBe(count)
    for (const limit of [0, -1, 500, 501, 1000, 1001, count, 10_000]) {
      const target = `${path}?limit=${limit}`
      const answer = await gateway.server.inject({ url: target })
      const read = answer.json()
      expect(answer.statusCode).toBe(200)
      expect(Buffer.byteLength(answer.body)).toBe(Number(answer.headers['content-length']))
      expect(answer.body).toBe(JSON.stringify(read))
      expect(read.data).toEqual(limit > 0 ? whole.slice(0, limit) : whole)
      const { data, ...head } = read
      const { data: _, ...headOfPage } = pages[0]
      const { pagination, sortLinks, ...rest } = headOfPage
      expect(head).toMatchObject(rest)
      expect(head.pagination === null).toBe(limit <= 0)
      if (limit > 0) expect(head.pagination).toMatchObject({ limit, partial: limit < count })

      for (const headers of [{ accept: 'text/html' }, { accept: '*/*', 'user-agent': 'Mozilla/5.0' }]) {
        const indented = await gateway.server.inject({ url: target, headers })
        expect(indented.headers['content-type']).toBe('application/json; charset=utf-8')
        expect(indented.body).toBe(`${JSON.stringify(read, null, 2)}\n`)
      }
    }
  })

  it('has along what 100 resources at most are linked by; of more, the link', async () => {
    const pages = await walk('/v1/volumes?include=snapshots&limit=0', ask)
    expect(idsOfPages(pages)).toEqual(idsOf((await list('/v1/volumes?limit=0', ask)).data))
    const [first, second, third, fourth] = pages[0].data
    expect(first).not.toHaveProperty('snapshots')
    expect(second.snapshots).toHaveLength(100)
    expect(third).not.toHaveProperty('snapshots')
    expect(third.links.snapshots).toBe(`${origin}/v1/volumes/${third.id}/snapshots`)
    expect(fourth.snapshots).toEqual([])
    expect(second.snapshots).toEqual((await list('/v1/volumes/1v2/snapshots', ask)).data)
  })

  it('has along what is one, however long it is', async () => {
    const { data } = await list('/v1/snapshots?include=volume&include=account&limit=0', ask)
    const plain = await list('/v1/snapshots?limit=0', ask)
    const { body: account } = await ask('GET', '/v1/accounts/1a1')
    const volumes = new Map<string, unknown>()
    for (const { volumeId } of plain.data)
      if (!volumes.has(volumeId)) volumes.set(volumeId, (await ask('GET', `/v1/volumes/${volumeId}`)).body)
    expect(data).toEqual(
      plain.data.map((one: { volumeId: string }) => ({ ...one, account, volume: volumes.get(one.volumeId) })),
    )
  })
})
