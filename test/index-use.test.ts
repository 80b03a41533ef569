import { beforeAll, describe, expect, it } from 'vitest'
import { snapshots, snapshotsWithVolumes } from '../src/resources/find-by-ids.ts'
import { createTestDatabase } from './support/database.ts'
import {
  created,
  flatLists,
  insertManySnapshots,
  literalsOf,
  pagesOf,
  size,
  statementOf,
  statementOfVolumes,
} from './support/flat-lists.ts'
import { type Reads, readsOf as readsOfAll } from './support/plan-reads.ts'

// What is flat, whatever there is: a page reads no more rows than it has, with one to see whether there are more, for
// each range of an index. Postgres tells, as it plans for the values and as it plans for any.

const database = await createTestDatabase()
const { client, scope } = database

/** How pages are read: by a plan for any values, and where too many are kept already by one for those at hand. */
const ways = [
  [true, 'force_generic_plan'],
  [false, 'force_custom_plan'],
] as const

beforeAll(() => insertManySnapshots(client))

/** The rows of a table that a statement reads in one go, at most, and how. */
async function readsOf(
  table: string,
  statement: { text: string; values: unknown[] },
  mode: string,
): Promise<Reads> {
  return (await readsOfAll(client, statement, mode)).get(table) ?? { rows: 0, ways: [] }
}

describe.each(['without statistics', 'with statistics'])('a flat list, %s', (statistics) => {
  beforeAll(async () => {
    if (statistics === 'with statistics') await client`vacuum analyze snapshot`
  })

  it.each(flatLists)('by %s reads no more than its page', async (_, filter, orders) => {
    for (const order of orders)
      for (const page of pagesOf({ filter, ...order }))
        for (const withVolume of [false, true]) {
          for (const [mayPrepare, mode] of ways) {
            const statement = await statementOf(scope, page, { withVolume, mayPrepare })
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
      for (const page of pagesOf(order)) {
        const statement = statementOfVolumes(page, [2n, 4n, 6n, 8n], 1n)
        for (const mode of ['force_generic_plan', 'force_custom_plan'])
          expect((await readsOf('snapshot', statement, mode)).rows).toBeLessThanOrEqual(size + 1)
      }
  })

  // Nothing else is said of the order of what is read for several: a loop keeps that of its parts.
  it('of several who ask is a loop over them', async () => {
    for (const page of created.flatMap(pagesOf)) {
      const { text, values } = statementOfVolumes(page, [2n, 4n, 6n, 8n], 1n)
      const [top] = await client.begin(async (sql) => {
        await sql.unsafe(`prepare asked as ${text}`)
        const plan = await sql.unsafe(`explain (format json) execute asked(${literalsOf(values)})`)
        await sql.unsafe('deallocate asked')
        return plan
      })
      expect(top?.['QUERY PLAN'][0].Plan['Node Type']).toBe('Nested Loop')
    }
  })

  it('of rows by their ids reads no others', async () => {
    for (const { statement, valuesOf } of [snapshots, snapshotsWithVolumes])
      for (const mode of ['force_generic_plan', 'force_custom_plan'])
        for (const ids of [[1000n], [3n, 1000n, 2501n]]) {
          const values = statement.parameters(valuesOf(ids), 1n)
          const { rows, ways } = await readsOf('snapshot', { text: statement.text, values }, mode)
          expect(rows, `${mode}: ${statement.text}`).toBeLessThanOrEqual(ids.length)
          expect(ways).not.toContain('Seq Scan')
        }
  })
})
