import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)
const make = rowMaker(database)

const volume = await make.volume({ name: 'a😀', created: '2026-01-01T00:00:00.000001Z' })
const other = await make.volume({ name: 'b', created: '2026-01-01T00:00:00.000002Z' })
for (const of of [volume, other]) {
  const name = of === volume ? 'a😀' : 'b'
  const snapshot = await make.snapshot(of, { name, created: `2026-01-01T00:00:00.00000${of}Z` })
  await make.backup(of, snapshot, { created: `2026-01-01T00:00:00.00000${of}Z` })
}

type Filter = Record<string, unknown>
/** Values of an enum, again and again. */
const many = (values: string[]) => (count: number) =>
  Array.from({ length: count }, (_, n) => values[n % values.length] as string)
const numbered = (prefix: string) => (count: number) =>
  Array.from({ length: count }, (_, n) => `${prefix}${n + 1}`)
const transitionings = many(['NO', 'YES', 'ERROR'])
const snapshotLists = {
  volumeId: numbered('1v'),
  state: many(['CREATED', 'REMOVED']),
  transitioning: transitionings,
  'name.in': (count: number) => ['a😀', 'b', ...numbered('x')(count - 2)],
}

/** Every filter: its lists, with entries of which some match every row, its texts and ids, and every row. */
const filters = [
  {
    title: 'snapshots',
    document: 'query ($filter: SnapshotFilter) { snapshots(filter: $filter) { totalCount nodes { id } } }',
    lists: snapshotLists,
    texts: ['name.eq', 'name.in', 'name.contains', 'name.startsWith', 'volumeId'],
    all: ['1s2', '1s1'],
  },
  {
    title: 'snapshots of a volume',
    document:
      'query ($filter: SnapshotFilter) { volume(id: "1v1") { snapshots(filter: $filter) { totalCount nodes { id } } } }',
    lists: snapshotLists,
    texts: ['name.eq', 'name.in', 'name.contains', 'name.startsWith', 'volumeId'],
    all: ['1s1'],
  },
  {
    title: 'volumes',
    document: 'query ($filter: VolumeFilter) { volumes(filter: $filter) { totalCount nodes { id } } }',
    lists: {
      state: many(['ACTIVE', 'REMOVED']),
      driver: (count: number) => ['vfs', ...numbered('x')(count - 1)],
      'name.in': snapshotLists['name.in'],
    },
    texts: ['name.eq', 'name.in', 'name.contains', 'name.startsWith', 'driver'],
    all: ['1v2', '1v1'],
  },
  {
    title: 'backups',
    document: 'query ($filter: BackupFilter) { backups(filter: $filter) { totalCount nodes { id } } }',
    lists: {
      volumeId: numbered('1v'),
      snapshotId: numbered('1s'),
      state: many(['CREATED', 'REMOVED']),
      transitioning: transitionings,
    },
    texts: ['volumeId', 'snapshotId'],
    all: ['1b2', '1b1'],
  },
]

/** A filter with one part, such as `name.in`. */
const at = (path: string, value: unknown): Filter => {
  const [outer = '', inner] = path.split('.')
  return { [outer]: inner === undefined ? value : { [inner]: value } }
}
/** The one connection of an answer. */
const connectionOf = (data: Record<string, never>) => {
  const [value] = Object.values(data) as {
    nodes?: { id: string }[]
    snapshots?: { nodes: { id: string }[] }
  }[]
  return value?.snapshots ?? value
}
async function listed(document: string, filter: Filter | null): Promise<unknown> {
  return connectionOf(await gateway.data(document, { filter }))
}
const whole = (ids: string[]) => ({ totalCount: ids.length, nodes: ids.map((id) => ({ id })) })

describe.each(filters)('in a filter of $title', ({ document, lists, texts, all }) => {
  it.each(Object.entries(lists))('%s has at most 1000 entries', async (path, entries) => {
    expect(await listed(document, at(path, entries(1000)))).toEqual(whole(all))
    const { data, errors } = await gateway.query(document, { filter: at(path, entries(1001)) })
    expect(data?.volume ?? null).toBeNull()
    expect(errors).toEqual([
      expect.objectContaining({
        message: `filter.${path} must have at most 1000 entries, not 1001`,
        extensions: { code: 'BAD_USER_INPUT' },
      }),
    ])
  })

  it.each(Object.keys(lists))('an empty %s matches nothing', async (path) => {
    expect(await listed(document, at(path, []))).toEqual(whole([]))
  })

  it.each(texts)('%s of U+0000 or half a surrogate pair matches nothing', async (path) => {
    // Some are half of what stands in a name.
    for (const text of ['\0', 'a\0', '\ud83d', 'a\ud83d', '\ude00', '1v1\0', '1s1\ud800']) {
      const value = path in lists ? [text] : text
      expect([text, await listed(document, at(path, value))]).toEqual([text, whole([])])
    }
  })

  it.each(texts.filter((path) => path in lists))('%s still matches beside such a text', async (path) => {
    const entries = (lists as unknown as Record<string, (count: number) => string[]>)[path]?.(3) ?? []
    expect(await listed(document, at(path, ['\0', ...entries, '\ud800']))).toEqual(whole(all))
  })

  it('createdAfter and createdBefore leave the bound itself out, to the microsecond', async () => {
    const [newest = '', oldest] = [all[0], all.length > 1 ? all.at(-1) : undefined]
    const time = (n: number) => `2026-01-01T00:00:00.00000${n}Z`
    const of = (filter: Filter) => listed(document, filter)
    const number = all.length
    expect(await of({ createdAfter: time(number) })).toEqual(whole([]))
    expect(await of({ createdAfter: time(number - 1) })).toEqual(whole([newest]))
    expect(await of({ createdBefore: time(number) })).toEqual(whole(oldest === undefined ? [] : [oldest]))
    expect(await of({ createdAfter: time(0), createdBefore: time(3) })).toEqual(whole(all))
    // The same moment, in another offset.
    expect(await of({ createdAfter: `2026-01-01T01:00:00.00000${number}+01:00` })).toEqual(whole([]))
  })

  it('null is the same as left out, at every place', async () => {
    const outer = [...Object.keys(lists), ...texts].map((path) => path.split('.')[0] as string)
    const nulls = Object.fromEntries(
      [...outer, 'createdAfter', 'createdBefore', 'removed'].map((field) => [field, null]),
    )
    const inner = { name: { eq: null, in: null, contains: null, startsWith: null } }
    for (const filter of [null, {}, nulls, ...('name' in nulls ? [inner] : [])])
      expect(await listed(document, filter)).toEqual(whole(all))
  })
})

it('a variable inside a filter that is left out is the same as null', async () => {
  const answer = await gateway.data(
    'query ($name: String, $ids: [ID!]) { snapshots(filter: { name: { eq: $name }, volumeId: $ids }) { totalCount } }',
  )
  expect(answer).toEqual({ snapshots: { totalCount: 2 } })
})
