import { beforeAll, describe, expect, it } from 'vitest'
import { bigints } from '../src/database/arrays.ts'
import { snapshot } from '../src/database/tables.ts'
import { encodeCursor } from '../src/resources/cursor.ts'
import { snapshots, snapshotsWithVolumes } from '../src/resources/find-by-ids.ts'
import { pageStatement, valuesOf } from '../src/resources/list-statement.ts'
import { spellOutPrefix } from '../src/resources/spell-out-prefix.ts'
import { listSnapshots } from '../src/snapshots/list-snapshots.ts'
import { createTestDatabase } from './support/database.ts'

// What is flat, whatever there is: a page reads no more rows than it has, with one to see whether there are more, for
// each range of an index. Postgres tells, as it plans for the values and as it plans for any.

const database = await createTestDatabase()
const { client, scope } = database
const size = 20

beforeAll(async () => {
  await client`insert into account (name, volumes_root) values ('other', 'other')`
  await client`
    insert into volume (account_id, name, transitioning, state, driver, path)
    select 1 + v % 2, 'v' || v, 'no', 'active', 'vfs', 'v' || v from generate_series(1, 3000) v`
  await client`analyze volume` // of a small table Postgres reads all at once
  // Half of all is in one volume, and in one state; every other name is the same; a year's worth of days begin alike.
  await client`
    insert into snapshot (account_id, volume_id, name, created, state, transitioning, removed, run_after, deadline)
    select account, case when n % 2 = 0 then 2 else 2 + 2 * (n % 30) end - (account - 1),
      case when n % 7 = 0 then null when n % 2 = 0 then 'same' when n % 3 = 0 then 'day-' || n % 40 else 'only-' || n end,
      timestamptz '2026-01-01' + (n * 7919) % 6000 * interval '1 minute', state, transitioning,
      case state when 'removed' then now() end, now(), now()
    from generate_series(1, 6000) n, generate_series(1, 2) account,
      lateral (select case n % 20 when 0 then 'backed-up' when 1 then 'creating' when 2 then 'removed' when 3 then 'removing' else 'created' end as state) as in_state,
      lateral (select case when n % 20 in (1, 3) then 'error' when n % 200 = 5 then 'error' else 'no' end as transitioning) as standing`
})

type Arguments = Parameters<typeof listSnapshots>[0]

interface Plan {
  'Node Type': string
  'Relation Name'?: string
  'Actual Rows': number
  'Actual Loops': number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  Plans?: Plan[]
}

/** The rows of a table that a statement reads in one go, at most, and how. */
async function readsOf(
  table: string,
  { text, values }: { text: string; values: unknown[] },
  mode: string,
): Promise<{ rows: number; ways: string[] }> {
  return client.begin(async (sql) => {
    await sql.unsafe(`set local plan_cache_mode = ${mode}`)
    await sql.unsafe(`prepare asked as ${text}`)
    const literals = values.map((value) =>
      value === null ? 'null' : `'${String(value).replaceAll("'", "''")}'`,
    )
    const [row] = await sql.unsafe(`explain (analyze, format json) execute asked(${literals.join(', ')})`)
    await sql.unsafe('deallocate asked')
    const found = { rows: 0, ways: [] as string[] }
    const visit = (plan: Plan) => {
      if (plan['Relation Name'] === table && plan['Actual Loops'] > 0) {
        const { 'Rows Removed by Filter': filtered = 0, 'Rows Removed by Index Recheck': rechecked = 0 } =
          plan
        found.rows = Math.max(found.rows, plan['Actual Rows'] + filtered + rechecked)
        found.ways.push(plan['Node Type'])
      }
      for (const inner of plan.Plans ?? []) visit(inner)
    }
    visit(row?.['QUERY PLAN'][0].Plan)
    return found
  }) as Promise<{ rows: number; ways: string[] }>
}

async function statementOf(args: Arguments, withVolume = false) {
  const list = listSnapshots(args)
  const conditions = [
    ...(await spellOutPrefix(scope, list.filter, list.plan.order.field)),
    ...list.plan.bounds,
  ]
  const statement = pageStatement({
    ...list,
    conditions,
    reading: withVolume ? { volume: { without: [] } } : {},
  })
  const values = statement.parameters(valuesOf(conditions), 1n)
  return { text: statement.text, values }
}

/** The first page, one from the middle, and the last, forwards and backwards. */
async function pagesOf(args: Arguments): Promise<Arguments[]> {
  const [first, last] = [
    { ...args, first: size },
    { ...args, last: size },
  ]
  const { field, direction } = args.orderBy ?? { field: 'CREATED', direction: 'DESC' }
  const values = field === 'NAME' ? ['same', 'only-3001', null] : ['2026-01-03T01:02:03.000000Z']
  const cursors = values.map((value) =>
    encodeCursor({ type: 'snapshot', field, direction, nullable: field === 'NAME' }, { value, id: 3000n }),
  )
  return [
    first,
    last,
    ...cursors.flatMap((cursor) => [
      { ...first, after: cursor },
      { ...last, before: cursor },
    ]),
  ]
}

const created = ['ASC', 'DESC'].map((direction) => ({ orderBy: { field: 'CREATED', direction } as never }))
const named = ['ASC', 'DESC'].map((direction) => ({ orderBy: { field: 'NAME', direction } as never }))
const both = [...created, ...named]

describe.each(['without statistics', 'with statistics'])('a flat list, %s', (statistics) => {
  beforeAll(async () => {
    if (statistics === 'with statistics') await client`vacuum analyze snapshot`
  })

  it.each<[what: string, filter: Arguments['filter'], orders: typeof both]>([
    ['no filter', null, both],
    ['one volume', { volumeId: ['1v2'] }, created],
    ['several volumes', { volumeId: ['1v2', '1v4', '1v6'] }, created],
    ['one state that most have', { state: ['created'] }, created],
    ['one state that few have', { state: ['backed-up'] }, created],
    ['one state that none has', { state: ['requested'] }, created],
    ['removed ones', { state: ['removed'] }, created],
    ['removed ones alone', { removed: 'ONLY' }, created],
    ['with removed ones', { removed: 'INCLUDE' }, created],
    ['several states', { state: ['created', 'backed-up', 'removing'] }, created],
    ['transitioning NO', { transitioning: ['no'] }, created],
    ['transitioning YES', { transitioning: ['yes'] }, created],
    ['transitioning ERROR', { transitioning: ['error'] }, created],
    ['a state and transitioning', { state: ['creating'], transitioning: ['error'] }, created],
    ['created after', { createdAfter: '2026-01-02T00:00:00.000000Z' }, created],
    ['created before', { createdBefore: '2026-01-02T00:00:00.000000Z' }, created],
    [
      'created between',
      { createdAfter: '2026-01-02T00:00:00.000000Z', createdBefore: '2026-01-04T00:00:00.000000Z' },
      created,
    ],
    ['a state, created after', { state: ['created'], createdAfter: '2026-01-02T00:00:00.000000Z' }, created],
    ['a name that many have', { name: { eq: 'same' } }, both],
    ['a name that one has', { name: { eq: 'only-3001' } }, both],
    ['a name that none has', { name: { eq: 'none' } }, both],
    ['several names', { name: { in: ['same', 'day-3', 'only-3001'] } }, created],
    ['a beginning of names that many have', { name: { startsWith: 'sa' } }, both],
    ['a beginning of some names', { name: { startsWith: 'day-' } }, both],
    ['a beginning that few names have', { name: { startsWith: 'only-300' } }, both],
    ['a beginning of no name', { name: { startsWith: 'none' } }, both],
    ['a beginning of many names', { name: { startsWith: 'only-' } }, named],
  ])('by %s reads no more than its page', async (_, filter, orders) => {
    for (const order of orders)
      for (const page of await pagesOf({ filter, ...order }))
        for (const withVolume of [false, true]) {
          const statement = await statementOf(page, withVolume)
          for (const mode of ['force_generic_plan', 'force_custom_plan']) {
            const reads = await readsOf('snapshot', statement, mode)
            expect(reads.rows, `${mode}: ${JSON.stringify(page)}\n${statement.text}`).toBeLessThanOrEqual(
              size + 1,
            )
            expect(reads.ways).not.toContain('Seq Scan')
            if (withVolume) expect((await readsOf('volume', statement, mode)).rows).toBeLessThanOrEqual(1)
          }
        }
  })

  it('of each of some volumes reads no more than their pages', async () => {
    for (const order of created)
      for (const page of await pagesOf(order)) {
        const list = listSnapshots(page)
        const conditions = [...list.filter, ...list.plan.bounds]
        const statement = pageStatement({ ...list, conditions, parent: snapshot.volumeId })
        const parents = bigints([2n, 4n, 6n, 8n])
        const values = statement.parameters({ ...valuesOf(conditions), parents }, 1n)
        for (const mode of ['force_generic_plan', 'force_custom_plan'])
          expect(
            (await readsOf('snapshot', { text: statement.text, values }, mode)).rows,
          ).toBeLessThanOrEqual(size + 1)
      }
  })

  it('of rows by their ids reads no others', async () => {
    const few = bigints([3n, 1000n, 2501n])
    for (const { one, many } of [snapshots, snapshotsWithVolumes])
      for (const mode of ['force_generic_plan', 'force_custom_plan'])
        for (const [{ text, parameters }, values, most] of [
          [one, { id: 1000n }, 1],
          [many, { ids: few }, 3],
        ] as const) {
          const { rows, ways } = await readsOf('snapshot', { text, values: parameters(values, 1n) }, mode)
          expect(rows, `${mode}: ${text}`).toBeLessThanOrEqual(most)
          expect(ways).not.toContain('Seq Scan')
        }
  })
})
