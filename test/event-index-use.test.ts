import { beforeAll, describe, expect, it } from 'vitest'
import { snapshotEvent } from '../src/database/tables.ts'
import { eventCursor, listEvents } from '../src/events/list-events.ts'
import { makePageFinder } from '../src/resources/page-finder.ts'
import { keyOf } from '../src/resources/page-keys.ts'
import { createTestDatabase } from './support/database.ts'
import { readsOf } from './support/plan-reads.ts'

// The history is read like other lists: a page takes no more rows than it has, however long the history is, of the
// account, of a volume or of a snapshot.

const { client } = await createTestDatabase()
const [size, count] = [10, 20_000]
const modes = ['force_generic_plan', 'force_custom_plan']

beforeAll(async () => {
  // Of three accounts in turn; of this one's events one in a thousand is of the volume and of the snapshot.
  await client`insert into snapshot_event (account_id, id, snapshot_id, volume_id, kind, to_state, transitioning)
    select 1 + n % 3, n, case when n % 3000 = 0 then 7 else 100 + n % 500 end,
      case when n % 3000 = 0 then 7 else 100 + n % 50 end, 'update', 'created', 'no'
    from generate_series(1, ${count}::int) as n`
  await client`vacuum analyze snapshot_event`
})

type Arguments = Parameters<typeof listEvents>[0]
const middle = eventCursor(BigInt(count / 2))
/** The first page, one from the middle, and the last. */
const pagesOf = (args: Arguments): Arguments[] => [
  { ...args, first: size },
  { ...args, first: size, after: middle },
  { ...args, last: size },
  { ...args, last: size, before: middle },
]

async function rowsRead(args: Arguments, parents?: bigint[]): Promise<number[]> {
  const { table, plan, filter } = listEvents(args)
  const conditions = [...filter, ...plan.bounds]
  const parent = parents && { parent: snapshotEvent.snapshotId }
  const { statement, valuesOf } = makePageFinder({ table, plan, conditions, ...parent })
  const keys = parents ? parents.map((id) => keyOf(conditions, id)) : [keyOf(conditions)]
  const values = statement.parameters(valuesOf(keys), 1n)
  const reads = await Promise.all(modes.map((mode) => readsOf(client, { ...statement, values }, mode)))
  return reads.map((found) => {
    const { rows = 0, ways = [] } = found.get('snapshot_event') ?? {}
    expect(ways).not.toContain('Seq Scan')
    return rows
  })
}

describe('a page of the history', () => {
  it.each<[string, Arguments]>([
    ['an account', {}],
    ['a snapshot', { filter: { snapshotId: ['1s7'] } }],
    ['a volume', { filter: { volumeId: ['1v7'] } }],
    ['some snapshots', { filter: { snapshotId: ['1s7', '1s101', '1s9999'] } }],
  ])('of %s reads no more than it has', async (_, args) => {
    for (const page of pagesOf(args))
      for (const rows of await rowsRead(page))
        expect(rows, JSON.stringify(page)).toBeLessThanOrEqual(size + 1)
  })

  it('of a stretch of it reads no more than the stretch has, though nothing of it matches', async () => {
    const stretch = { after: middle, before: eventCursor(BigInt(count / 2 + 301)) }
    for (const rows of await rowsRead({ ...stretch, first: size, filter: { kind: ['failure'] } }))
      expect(rows).toBeLessThanOrEqual(300 / 3)
    for (const filter of [{}, { snapshotId: ['1s7'] }, { volumeId: ['1v7'] }])
      for (const rows of await rowsRead({ ...stretch, first: size, filter }))
        expect(rows).toBeLessThanOrEqual(size + 1)
  })

  it('of each of some snapshots reads no more than it has', async () => {
    for (const page of pagesOf({}))
      for (const rows of await rowsRead(page, [7n, 101n, 102n])) expect(rows).toBeLessThanOrEqual(size + 1)
  })
})
