import fc from 'fast-check'
import { beforeEach, expect, it, vi } from 'vitest'
import type { BackupRow, SnapshotRow, VolumeRow } from '../src/database/tables.ts'
import { createTestDatabase } from './support/database.ts'
import { rowMaker } from './support/rows.ts'

vi.resetModules() // the tests before may have used up the statements that are prepared, and so shared
const { AccountScope } = await import('../src/database/account-scope.ts')
const { readPage } = await import('../src/resources/list.ts')
const { listBackups } = await import('../src/backups/list-backups.ts')
const { listVolumes } = await import('../src/volumes/list-volumes.ts')
const { listSnapshots } = await import('../src/snapshots/list-snapshots.ts')
const { readSnapshotsOfVolumes } = await import('../src/snapshots/snapshots-of-volumes.ts')

// Pages of lists that differ in their values alone are read together, whoever asks for them in the same turn.

const database = await createTestDatabase()
const { client, handle, statements } = database
const make = rowMaker(database)

const names = [
  null,
  'a',
  'ab',
  'a,b',
  '{a}',
  '"',
  '\\',
  "'",
  'NULL',
  'null',
  '',
  ' ',
  '日本',
  '\n',
  '$1',
  '(a)',
]
const states = ['created', 'backed-up', 'creating', 'removed'] as const
const created = (n: number) => `2026-01-02T03:04:0${n % 10}.000000Z`
const volumes = [await make.volume(), await make.volume(), await make.volume()]
for (let n = 0; n < 60; n++) {
  const volume = volumes[n % 3] ?? 0n
  const id = await make.snapshot(volume, {
    name: names[n % names.length],
    state: states[n % 4],
    created: created(n),
  })
  if (n % 4 < 2) await make.backup(volume, id, { created: created(n), state: n % 3 ? 'created' : 'removed' })
}
await client`insert into account (name, volumes_root) values ('other', 'other')`
const foreign = await make.volume({ account_id: 2 })
for (let n = 0; n < 5; n++) await make.snapshot(foreign, { account_id: 2, name: 'a', created: created(n) })

type Arguments = Parameters<typeof listSnapshots>[0]
type Scope = InstanceType<typeof AccountScope>

async function read(args: Arguments, account = 1n) {
  const page = await readPage(new AccountScope(handle, account), listSnapshots(args))
  const { rows, hasNextPage, hasPreviousPage } = page
  return { ids: rows.map(({ id }) => id), hasNextPage, hasPreviousPage, cursors: rows.map(page.cursor) }
}

beforeEach(() => {
  statements.length = 0
})

const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined, freq: 2 })
const some = <T>(values: readonly T[]) => fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 3 })
const texts = names.filter((name) => name !== null)
const filters = fc.record({
  volumeId: maybe(some(volumes.map((id) => `1v${id}`))),
  state: maybe(some(states)),
  name: maybe(
    fc.oneof(
      fc.record({ eq: fc.constantFrom(...texts) }),
      fc.record({ in: some(texts) }),
      fc.record({ startsWith: fc.constantFrom(...texts) }),
      fc.record({ contains: fc.constantFrom(...texts) }),
    ),
  ),
  createdAfter: maybe(fc.nat(9).map(created)),
  createdBefore: maybe(fc.nat(9).map(created)),
  removed: maybe(fc.constantFrom('EXCLUDE' as const, 'INCLUDE' as const, 'ONLY' as const)),
})
const orders = fc.record({
  field: fc.constantFrom('CREATED' as const, 'NAME' as const),
  direction: fc.constantFrom('ASC' as const, 'DESC' as const),
})

it('those that differ in their values alone are one statement', async () => {
  const { cursors } = await read({ first: 20 })
  statements.length = 0
  await Promise.all(cursors.slice(0, 9).map((after) => read({ first: 50, after })))
  expect(statements).toHaveLength(1)
  await Promise.all(states.map((state) => read({ filter: { state: [state], removed: 'INCLUDE' } })))
  expect(statements).toHaveLength(2)
})

it('those without any values are one statement, however many ask', async () => {
  const pages = await Promise.all(Array.from({ length: 100 }, () => read({ first: 100 })))
  expect(new Set(pages.map(({ ids }) => ids.join())).size).toBe(1)
  expect(statements).toHaveLength(1)
})

it('those of which no index has all are read each alone', async () => {
  await Promise.all(['a', 'b'].map((contains) => read({ filter: { name: { contains } } })))
  expect(statements).toHaveLength(2)
  await Promise.all(
    [0, 1].map((n) => read({ filter: { name: { in: ['a', 'ab', texts[n] ?? '', 'NULL'] } } })),
  )
  await Promise.all(
    [0, 1].map((n) =>
      readPage(
        new AccountScope(handle, 1n),
        listBackups({ filter: { removed: 'INCLUDE', createdAfter: created(n) } }),
      ),
    ),
  )
  expect(statements).toHaveLength(6)
  statements.length = 2
  const byName = listSnapshots({ orderBy: { field: 'NAME', direction: 'ASC' } })
  const scope = new AccountScope(handle, 1n)
  await Promise.all(volumes.map((id) => readSnapshotsOfVolumes(scope, byName, [id])))
  expect(statements).toHaveLength(5)
  const byCreated = listSnapshots({})
  await Promise.all(volumes.map((id) => readSnapshotsOfVolumes(scope, byCreated, [id])))
  expect(statements).toHaveLength(6)
})

type Orders = { field: 'CREATED' | 'NAME'; direction: 'ASC' | 'DESC' }
type Filter = NonNullable<NonNullable<Arguments>['filter']>
interface Asked {
  filter?: Filter | undefined
  orderBy: Orders
  first?: number
  after?: string | undefined
  last?: number
  before?: string | undefined
}

/** Every kind of list, of as much of the filter as it has. */
const kinds = {
  snapshots: (scope: Scope, asked: Asked) => readPage(scope, listSnapshots(asked)),
  snapshotsWithVolumes: (scope: Scope, asked: Asked) =>
    readPage(scope, listSnapshots(asked), { volume: { without: [] } }),
  snapshotsOfVolume: async (scope: Scope, asked: Asked) => {
    const [page] = await readSnapshotsOfVolumes(scope, listSnapshots(asked), [volumes[1] ?? 0n])
    if (!page) throw new Error('there is no page')
    return page
  },
  volumes: (scope: Scope, { filter: { name, createdAfter, removed } = {}, ...asked }: Asked) =>
    readPage(scope, listVolumes({ ...asked, filter: { name, createdAfter, removed } })),
  backups: (scope: Scope, { filter: { volumeId, createdAfter, removed } = {}, orderBy, ...asked }: Asked) =>
    readPage(
      scope,
      listBackups({
        ...asked,
        filter: { volumeId, createdAfter, removed },
        orderBy: { field: 'CREATED', direction: orderBy.direction },
      }),
    ),
}

async function readKind(kind: keyof typeof kinds, account: bigint, asked: Asked) {
  const page = await kinds[kind](new AccountScope(handle, account), asked)
  const { hasNextPage, hasPreviousPage } = page
  const rows = page.rows as readonly (SnapshotRow | VolumeRow | BackupRow)[]
  return {
    rows: rows.map((row) => [row.id, row.accountId, row.kind === 'snapshot' ? row.volume?.id : null]),
    cursors: (page.rows as never[]).map(page.cursor),
    hasNextPage,
    hasPreviousPage,
  }
}

// Last, as it needs many statements.
it('each gets what it would get alone', async () => {
  const lists = fc.record({
    kind: fc.constantFrom(...(Object.keys(kinds) as (keyof typeof kinds)[])),
    account: fc.constantFrom(1n, 1n, 1n, 2n),
    filter: maybe(filters),
    orderBy: orders,
    backwards: fc.boolean(),
  })
  await fc.assert(
    fc.asyncProperty(
      fc.array(lists, { minLength: 2, maxLength: 12 }),
      fc.nat(59),
      fc.nat(8),
      async (lists, place, copies) => {
        const asked: Parameters<typeof readKind>[] = []
        for (const { kind, account, filter, orderBy, backwards } of lists) {
          const { cursors } = await readKind(kind, account, { filter, orderBy, first: 100 })
          // The same from several places, perhaps also without any.
          for (let n = 0; n <= copies; n++) {
            const cursor = cursors[(place + n) % (cursors.length + 1)]
            const bounds = backwards ? { last: 7, before: cursor } : { first: 7, after: cursor }
            asked.push([kind, account, { filter, orderBy, ...bounds }])
          }
        }
        const alone = []
        for (const one of asked) alone.push(await readKind(...one))
        expect(await Promise.all(asked.map((one) => readKind(...one)))).toEqual(alone)
      },
    ),
    { numRuns: 60 },
  )
})
