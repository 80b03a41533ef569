import type { Sql } from 'postgres'
import { beforeAll, describe, expect, it } from 'vitest'
import { searchableBackups } from '../src/backups/backup-fields.ts'
import type { AccountScope } from '../src/database/account-scope.ts'
import type { Reading } from '../src/database/rows.ts'
import { type ResourceRow, snapshot } from '../src/database/tables.ts'
import { encodeCursor, type OrderDirection } from '../src/resources/cursor.ts'
import { makePageFinder } from '../src/resources/page-finder.ts'
import { keyOf } from '../src/resources/page-keys.ts'
import { planSearch, type Search, type Searchable } from '../src/resources/search.ts'
import { searchableSnapshots } from '../src/snapshots/snapshot-fields.ts'
import { searchableVolumes } from '../src/volumes/volume-fields.ts'
import { createTestDatabase } from './support/database.ts'
import { insertManySnapshots } from './support/flat-lists.ts'
import { readsOf } from './support/plan-reads.ts'

// What is searched for most, lists without a filter, is flat: a page reads no more rows than it has, by its
// rounded size, with one to see whether there are more, for each range of an index.

const many = await createTestDatabase()
const old = await createTestDatabase()

const ways = [
  [true, 'force_generic_plan'],
  [false, 'force_custom_plan'],
] as const

beforeAll(async () => {
  await insertManySnapshots(many.client)
  await insertMostlyRemoved(old.client)
})

/** Two accounts with 20 000 rows of each kind, all of which but the newest twentieth are removed. */
async function insertMostlyRemoved(client: Sql): Promise<void> {
  await client`insert into account (name, volumes_root) values ('other', 'other')`
  await client`
    insert into volume (account_id, name, transitioning, state, removed, driver, path)
    select account, 'v' || n, 'no', state, case state when 'removed' then now() end, 'vfs', 'v' || n
    from generate_series(1, 20000) n, generate_series(1, 2) account,
      lateral (select case when n <= 19000 then 'removed' else 'active' end as state) as in_state
    order by n, account`
  await client`analyze volume` // of a small table Postgres reads all at once
  await client`
    insert into snapshot (account_id, volume_id, name, state, transitioning, removed)
    select account_id, id, name, case state when 'removed' then state else 'created' end, 'no', removed
    from volume order by id`
  await client`
    insert into backup (account_id, volume_id, snapshot_id, key, size_bytes, checksum, state, transitioning, removed)
    select account_id, volume_id, id, 'k' || id, 1, 'sha256:0', state, 'no', removed from snapshot order by id`
}

/** The statement of a search as `search` reads it, and its values. */
function statementOf<Row extends ResourceRow>(
  scope: AccountScope,
  searchable: Searchable<Row>,
  wanted: Search,
  { reading, mayPrepare }: { reading: Reading; mayPrepare: boolean },
) {
  const { table, plan, filter } = planSearch(searchable, wanted)
  const conditions = [...filter, ...plan.bounds]
  const { statement, valuesOf } = makePageFinder({ table, plan, conditions, reading }, mayPrepare)
  return {
    text: statement.text,
    values: statement.parameters(valuesOf([keyOf(conditions)]), scope.accountId),
  }
}

const rounded = [1, 2, 5, 10, 20, 50, 100]
const sizes = [1, 3, 20, 33, 100]
const readings: Reading[] = [{}, { volume: { without: [] } }]

interface Asked {
  searchable: Searchable<ResourceRow>
  sort: Search['sort']
  /** By `sort`, positions that later pages begin after. */
  positions: { value: string | null; id: bigint }[]
}

/** Expects of the first page and of later ones, of all sizes, that they read no more than they have. */
async function expectFlat(
  { client, scope }: Pick<typeof many, 'client' | 'scope'>,
  { searchable, sort, positions }: Asked,
  plans: readonly (typeof ways)[number][] = ways,
): Promise<void> {
  const { type, fields } = searchable
  const field = (sort && fields[sort.field]?.order) ?? 'ID'
  const direction = sort?.direction ?? 'ASC'
  const cursors = positions.map((position) => encodeCursor({ type, field, direction }, position))
  for (const after of [null, ...cursors])
    for (const size of sizes)
      for (const reading of type === 'volume' ? [{}] : readings)
        for (const [mayPrepare, mode] of plans) {
          const wanted = { comparisons: [], sort, size, after }
          const statement = statementOf(scope, searchable, wanted, { reading, mayPrepare })
          const reads = await readsOf(client, statement, mode)
          const { rows, ways } = reads.get(type) ?? { rows: 0, ways: [] }
          const most = (rounded.find((step) => step >= size) ?? size) + 1
          const what = `${mode}: ${JSON.stringify(wanted)}\n${statement.text}`
          expect(ways, what).not.toEqual([])
          expect(rows, what).toBeLessThanOrEqual(most)
          expect(ways, what).not.toContain('Seq Scan')
          if (reading.volume) {
            const ofVolumes = reads.get('volume')
            expect(ofVolumes?.rows ?? 0, what).toBeLessThanOrEqual(1)
            expect(ofVolumes?.ways ?? [], what).not.toContain('Seq Scan')
          }
        }
}

const snapshots = searchableSnapshots as unknown as Searchable<ResourceRow>
const directions: OrderDirection[] = ['ASC', 'DESC']
const byId = (ids: bigint[]) => ids.map((id) => ({ value: null, id }))
const sorted = (field: string, positions: Asked['positions']) =>
  directions.map((direction) => ({ sort: { field, direction }, positions, by: `${field}, ${direction}` }))

describe.each(['without statistics', 'with statistics'])('a list without a filter, %s', (statistics) => {
  beforeAll(async () => {
    if (statistics === 'without statistics') return
    await many.client`vacuum analyze snapshot`
    for (const table of ['volume', 'snapshot', 'backup'])
      await old.client`vacuum analyze ${old.client(table)}`
  })

  it.each([
    { sort: null, positions: byId([1n, 3000n, 6001n, 11_999n]), by: 'nothing' },
    ...sorted('id', byId([1n, 3000n, 6001n, 11_999n])),
    ...sorted('created', [
      { value: '2026-01-01T00:00:00.000000Z', id: 1n },
      { value: '2026-01-03T01:02:03.000000Z', id: 3000n },
      { value: '2026-01-05T03:59:00.000000Z', id: 11_000n },
    ]),
    ...sorted('name', [
      { value: 'day-3', id: 1n },
      { value: 'only-3001', id: 3000n },
      { value: 'same', id: 3000n },
      { value: 'same', id: 12_000n },
      { value: null, id: 6000n },
    ]),
  ])('of snapshots by $by reads no more than its page', async ({ sort, positions }) => {
    await expectFlat(many, { searchable: snapshots, sort, positions })
  })

  const newest = byId([1n, 10_000n, 38_000n, 39_000n, 39_999n])
  it.each(
    [searchableVolumes, searchableSnapshots, searchableBackups].flatMap((one) =>
      [{ sort: null, by: 'nothing' }, ...sorted('id', [])].map(({ sort, by }) => {
        const searchable = one as unknown as Searchable<ResourceRow>
        return { searchable, type: searchable.type, sort, by }
      }),
    ),
  )('of each $type by $by reads none of the many that are removed', async ({ searchable, sort }) => {
    // Planned for the values at hand it may be otherwise: that the oldest are removed is nothing that Postgres knows.
    const [prepared] = ways
    await expectFlat(old, { searchable, sort, positions: newest }, [prepared])
  })
})

describe.each(['without statistics', 'with statistics'])('the rows that refer to one, %s', (statistics) => {
  const { client, scope } = many
  beforeAll(async () => {
    if (statistics === 'with statistics') await client`vacuum analyze snapshot`
  })

  const ofVolume = (volumeId: string, sort: Search['sort'], after: string | null = null) => ({
    comparisons: [{ field: 'volumeId', modifier: 'eq' as const, value: volumeId }],
    sort,
    size: 20,
    after,
  })
  const reading = { reading: {}, mayPrepare: true }

  it.each([
    ['that has few', '1v6'],
    ['that has none', '1v1000'],
  ])('by id are all that is read of a volume %s', async (_, volumeId) => {
    const [row] = await client`
      select count(*)::int from snapshot where account_id = 1 and volume_id = ${volumeId.slice(2)} and state <> 'removed'`
    for (const after of [
      null,
      encodeCursor({ type: 'snapshot', field: 'ID', direction: 'ASC' }, { value: null, id: 3n }),
    ]) {
      const statement = statementOf(scope, snapshots, ofVolume(volumeId, null, after), reading)
      const reads = await readsOf(client, statement, 'force_custom_plan')
      expect(reads.get('snapshot')?.rows, statement.text).toBeLessThanOrEqual(row?.count)
    }
  })

  it('by created are no more than the page, of a volume that has most', async () => {
    for (const direction of directions) {
      const statement = statementOf(
        scope,
        snapshots,
        ofVolume('1v2', { field: 'created', direction }),
        reading,
      )
      for (const mode of ['force_generic_plan', 'force_custom_plan'])
        expect(
          (await readsOf(client, statement, mode)).get('snapshot')?.rows,
          statement.text,
        ).toBeLessThanOrEqual(21)
    }
  })

  it('by created, after a time, are no more than the page', async () => {
    for (const modifier of ['gt', 'gte', 'lt', 'lte', 'eq'] as const)
      for (const direction of directions) {
        const comparisons = [{ field: 'created', modifier, value: '2026-01-03T01:02:00Z' }]
        const wanted = { comparisons, sort: { field: 'created', direction }, size: 20, after: null }
        const statement = statementOf(scope, snapshots, wanted, reading)
        for (const mode of ['force_generic_plan', 'force_custom_plan']) {
          const { rows = 0 } = (await readsOf(client, statement, mode)).get('snapshot') ?? {}
          expect(rows, statement.text).toBeLessThanOrEqual(21)
        }
      }
  })

  it('are, along with each of some volumes, no more than are wanted of each', async () => {
    const list = planSearch(snapshots, {
      comparisons: [],
      sort: { field: 'created', direction: 'ASC' },
      size: 100,
      after: null,
    })
    const conditions = [...list.filter, ...list.plan.bounds]
    const parents = [2n, 4n, 6n, 1000n]
    const { statement, valuesOf } = makePageFinder({ ...list, conditions, parent: snapshot.volumeId })
    const values = statement.parameters(valuesOf(parents.map((id) => keyOf(conditions, id))), scope.accountId)
    for (const mode of ['force_generic_plan', 'force_custom_plan']) {
      const reads = await readsOf(client, { text: statement.text, values }, mode)
      expect(reads.get('snapshot')?.rows, statement.text).toBeLessThanOrEqual(101)
    }
  })
})
