import fc from 'fast-check'
import { beforeEach, expect, it, vi } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { rowMaker } from './support/rows.ts'

vi.resetModules() // the tests before may have used up the statements that are prepared, and so shared
const { AccountScope } = await import('../src/database/account-scope.ts')
const { readPage } = await import('../src/resources/list.ts')
const { listBackups } = await import('../src/backups/list-backups.ts')
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
  await make.snapshot(volume, { name: names[n % names.length], state: states[n % 4], created: created(n) })
}
await client`insert into account (name, volumes_root) values ('other', 'other')`
const foreign = await make.volume({ account_id: 2 })
for (let n = 0; n < 5; n++) await make.snapshot(foreign, { account_id: 2, name: 'a', created: created(n) })

type Arguments = Parameters<typeof listSnapshots>[0]

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

// Last, as it needs many statements.
it('each gets what it would get alone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ filter: maybe(filters), orderBy: orders, account: fc.constantFrom(1n, 2n) }), {
        minLength: 2,
        maxLength: 12,
      }),
      fc.nat(59),
      async (lists, place) => {
        const asked: [Arguments, bigint][] = []
        const alone: Awaited<ReturnType<typeof read>>[] = []
        for (const { account, ...list } of lists) {
          const all = await read({ ...list, first: 100 }, account)
          const after = all.cursors[place % (all.cursors.length + 1)] // perhaps none
          asked.push([{ ...list, first: 7, after }, account])
          alone.push(await read({ ...list, first: 7, after }, account))
        }
        expect(await Promise.all(asked.map(([args, account]) => read(args, account)))).toEqual(alone)
      },
    ),
    { numRuns: 100 },
  )
})
