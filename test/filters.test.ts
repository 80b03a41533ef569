import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)
const make = rowMaker(database)

interface Row {
  id: string
  volumeId?: string
  snapshotId?: string
  driver?: string
  state: string
  transitioning: string
  name: string | null
  created: string
}

const names = [null, 'a', 'ab', 'AB', 'a%b', 'a_b', 'a\\b', 'b', '%', '_', '\\', '日本', '', "o'r"]
const pick = <T>(list: readonly T[], n: number): T => list[n % list.length] as T
const standings = [
  ['requested', 'yes'],
  ['creating', 'yes'],
  ['creating', 'error'],
  ['created', 'no'],
  ['created', 'error'],
  ['backing-up', 'yes'],
  ['backed-up', 'no'],
  ['removing', 'yes'],
  ['removing', 'error'],
  ['removed', 'no'],
] as const
const created = (n: number) => `2026-01-02T03:04:05.00000${n % 7}Z`

await database.client`insert into account (name, volumes_root) values ('other', 'other')`
const parents = [await make.volume(), await make.volume(), await make.volume()]
const foreign = await make.volume({ account_id: 2 })
await make.snapshot(foreign, { account_id: 2, name: 'a' })
await database.client`update volume set created = ${created(0)}`
const volumes: Row[] = parents.map((id, n) => ({
  id: `1v${id}`,
  driver: 'vfs',
  state: 'active',
  transitioning: 'no',
  name: `volume-${n + 1}`,
  created: created(0),
}))
for (let n = 0; n < 40; n++) {
  // A name is unique among those that are not removed.
  const row = {
    state: n < names.length ? 'active' : 'removed',
    driver: pick(['vfs', 'nfs', 'VFS'], n),
    name: pick(names, n) ?? 'none',
    created: created(n * 5),
  }
  volumes.push({ id: `1v${await make.volume(row)}`, transitioning: 'no', ...row })
}
const snapshots: Row[] = []
const backups: Row[] = []
for (let n = 0; n < 70; n++) {
  const [state, transitioning] = pick(standings, n)
  const name = pick(names, n * 3)
  const volume = pick(parents, n)
  const at = created(n * 5)
  const id = await make.snapshot(volume, { state, transitioning, name, created: at })
  const common = { volumeId: `1v${volume}`, name, created: at }
  snapshots.push({ id: `1s${id}`, state, transitioning, ...common })
  const copy = pick(
    [
      ['created', 'no'],
      ['removing', 'yes'],
      ['removing', 'error'],
      ['removed', 'no'],
    ] as const,
    n,
  )
  const backup = await make.backup(volume, id, { state: copy[0], transitioning: copy[1], created: at })
  backups.push({
    id: `1b${backup}`,
    snapshotId: `1s${id}`,
    state: copy[0],
    transitioning: copy[1],
    ...common,
  })
}

const spell = (word: string) => word.toUpperCase().replace('-', '_')
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined })
const idsOf = (known: readonly string[]) =>
  fc.array(
    fc.constantFrom(...known, '1v4', '1v999', '1s1', '1b1', '1a1', 'x', '', '1v01', '1v99999999999999999999'),
    { maxLength: 4 },
  )
const texts = fc.constantFrom(
  'a',
  'A',
  'ab',
  '%',
  '_',
  '\\',
  'a%',
  'b',
  '',
  '日',
  "'",
  '\u0000',
  '\udc00',
  'x',
)
const times = fc.constantFrom(
  '2026-01-02T03:04:05.000003Z',
  '2026-01-02T05:04:05.000003+02:00',
  '2026-01-02T03:04:05Z',
  '2026-01-01T22:04:05.000006-05:00',
  '2027-01-01T00:00:00Z',
)
const text = fc.record({
  eq: maybe(texts),
  in: maybe(fc.array(texts, { maxLength: 3 })),
  contains: maybe(texts),
  startsWith: maybe(texts),
})
const common = {
  volumeId: maybe(idsOf(parents.map((id) => `1v${id}`))),
  transitioning: maybe(fc.array(fc.constantFrom('NO', 'YES', 'ERROR'), { maxLength: 2 })),
  createdAfter: maybe(times),
  createdBefore: maybe(times),
  removed: maybe(fc.constantFrom('EXCLUDE', 'INCLUDE', 'ONLY')),
}
const states = (list: readonly string[]) => maybe(fc.array(fc.constantFrom(...list), { maxLength: 3 }))
const snapshotStates = ['REQUESTED', 'CREATING', 'CREATED', 'BACKING_UP', 'BACKED_UP', 'REMOVING', 'REMOVED']

/** What the contract says of a filter, in plain JavaScript. */
function meets(row: Row, filter: Record<string, unknown>): boolean {
  const any = (values: unknown, value: string | undefined) =>
    values == null || (values as unknown[]).includes(value)
  const {
    eq,
    in: among,
    contains,
    startsWith,
  } = (filter.name ?? {}) as Record<string, string> & { in?: string[] }
  const named = (test: boolean | undefined) => row.name !== null && test === true
  const time = (value: unknown) =>
    BigInt(Date.parse(value as string)) * 1000n + BigInt(/\.\d{3}(\d{3})/.exec(value as string)?.[1] ?? '0')
  const removed =
    filter.removed ?? ((filter.state as string[] | undefined)?.includes('REMOVED') ? 'INCLUDE' : 'EXCLUDE')
  return (
    any(filter.volumeId, row.volumeId) &&
    any(filter.snapshotId, row.snapshotId) &&
    any(filter.driver, row.driver) &&
    any(filter.state, spell(row.state)) &&
    any(filter.transitioning, spell(row.transitioning)) &&
    (eq == null || named(row.name === eq)) &&
    (among == null || named(among.includes(row.name ?? ''))) &&
    (contains == null || named(row.name?.includes(contains))) &&
    (startsWith == null || named(row.name?.startsWith(startsWith))) &&
    (filter.createdAfter == null || time(row.created) > time(filter.createdAfter)) &&
    (filter.createdBefore == null || time(row.created) < time(filter.createdBefore)) &&
    (removed === 'INCLUDE' || (row.state === 'removed') === (removed === 'ONLY'))
  )
}

async function listed(list: string, type: string, filter: unknown): Promise<string[]> {
  const data = await gateway.data(
    `query ($filter: ${type}) { ${list}(first: 100, filter: $filter) { nodes { id } totalCount } }`,
    { filter },
  )
  expect(data[list].totalCount).toBe(data[list].nodes.length)
  return data[list].nodes.map((node: { id: string }) => node.id).sort()
}
const idsThat = (rows: Row[], filter: Record<string, unknown>) =>
  rows
    .filter((row) => meets(row, filter))
    .map((row) => row.id)
    .sort()

describe('a filter matches what the contract says', () => {
  it('of snapshots', async () => {
    const filters = fc.record({ ...common, state: states(snapshotStates), name: maybe(text) })
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        expect(await listed('snapshots', 'SnapshotFilter', filter)).toEqual(idsThat(snapshots, filter))
      }),
      { numRuns: 200 },
    )
  })

  it('of backups', async () => {
    const filters = fc.record({
      ...common,
      state: states(['CREATED', 'REMOVING', 'REMOVED']),
      snapshotId: maybe(idsOf(snapshots.slice(0, 6).map((row) => row.id))),
    })
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        expect(await listed('backups', 'BackupFilter', filter)).toEqual(idsThat(backups, filter))
      }),
      { numRuns: 100 },
    )
  })

  it('of the snapshots of a volume', async () => {
    const filters = fc.record({ ...common, state: states(snapshotStates), name: maybe(text) })
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const { volume } = await gateway.data(
          'query ($filter: SnapshotFilter) { volume(id: "1v1") { snapshots(first: 100, filter: $filter) { nodes { id } totalCount } } }',
          { filter },
        )
        const own = snapshots.filter((row) => row.volumeId === '1v1')
        expect(volume.snapshots.nodes.map((node: { id: string }) => node.id).sort()).toEqual(
          idsThat(own, filter),
        )
        expect(volume.snapshots.totalCount).toBe(volume.snapshots.nodes.length)
      }),
      { numRuns: 50 },
    )
  })

  it('of volumes', async () => {
    const { createdAfter, createdBefore, removed } = common
    const filters = fc.record({
      name: maybe(text),
      driver: maybe(
        fc.array(fc.constantFrom('vfs', 'nfs', 'VFS', 'x', '', '\u0000', '\udc00'), { maxLength: 3 }),
      ),
      state: states(['ACTIVE', 'REMOVED']),
      createdAfter,
      createdBefore,
      removed,
    })
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        expect(await listed('volumes', 'VolumeFilter', filter)).toEqual(idsThat(volumes, filter))
      }),
      { numRuns: 150 },
    )
  })
})
