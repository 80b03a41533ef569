import { beforeAll, describe, expect, it } from 'vitest'
import { backupsBySnapshots } from '../src/backups/backups-of-snapshots.ts'
import { backups, snapshots, snapshotsWithVolumes, volumes } from '../src/resources/find-by-ids.ts'
import { namesOfSnapshots } from '../src/resources/spell-out-prefix.ts'
import { alone, together } from '../src/snapshots/insert-snapshot.ts'
import { createTestDatabase } from './support/database.ts'
import { byTest } from './support/events.ts'
import {
  created,
  flatLists,
  insertManySnapshots,
  literalsOf,
  pagesOf,
  statementOf,
  statementOfVolumes,
} from './support/flat-lists.ts'

// To plan a page takes Postgres longer than to read it. It plans the first five times, and then only where plans for the
// values at hand look cheaper than the one for any: of flat lists and look-ups none may, whatever the values.

const { client, scope } = await createTestDatabase()

beforeAll(async () => {
  await insertManySnapshots(client)
  await client`analyze snapshot`
})

const alwaysPlanned = 5

/** How often Postgres used the plan for any values, of three times. */
async function keptPlans(text: string, values: readonly unknown[]): Promise<number> {
  const kept = await client.begin(async (sql) => {
    await sql.unsafe(`prepare asked as ${text}`)
    for (let times = 0; times < alwaysPlanned + 3; times++)
      await sql.unsafe(`execute asked(${literalsOf(values)})`)
    const [plans] = await sql`select generic_plans from pg_prepared_statements where name = 'asked'`
    await sql.unsafe('deallocate asked')
    return plans?.generic_plans
  })
  return Number(kept)
}

// An account with all there is, and one without any, whose plans look the cheapest.
describe.each([1n, 3n])('of account %s, the plan is kept', (account) => {
  // Where no name begins so, nothing is read.
  it.each(
    flatLists.filter(([what]) => what !== 'a beginning of no name'),
  )('of a page by %s', async (_, filter, orders) => {
    for (const order of orders)
      for (const page of pagesOf({ filter, ...order }))
        for (const withVolume of [false, true]) {
          const { text, isPrepared, parameters } = await statementOf(scope, page, { withVolume })
          expect(isPrepared).toBe(true)
          expect(await keptPlans(text, parameters(account)), `${JSON.stringify(page)}\n${text}`).toBe(3)
        }
  })

  it.each([[[2n]], [[2n, 4n, 6n, 8n]]])('of pages of the volumes %s', async (ids) => {
    for (const page of created.flatMap(pagesOf)) {
      const { text, values } = statementOfVolumes(page, ids, account)
      expect(await keptPlans(text, values), text).toBe(3)
    }
  })

  it('of the names that begin so', async () => {
    const { text, parameters } = namesOfSnapshots
    const asked = [
      { from: 'day-', to: 'day.' },
      { from: 'only-300', to: 'only-301' },
    ]
    for (const values of asked)
      expect(await keptPlans(text, parameters({ ...values, limit: 101 }, account))).toBe(3)
  })

  it('of new snapshots', async () => {
    for (const count of [1, 8]) {
      const asked = Array.from({ length: count }, (_, n) => {
        return {
          volumeId: BigInt(n + 1),
          name: `new ${n}`,
          description: null,
          operationDeadline: 60,
          origin: byTest,
        }
      })
      for (const statement of [together.statement, alone])
        expect(await keptPlans(statement.text, statement.parameters(together.valuesOf(asked), account))).toBe(
          3,
        )
    }
  })

  it('of rows by their ids', async () => {
    for (const { statement, valuesOf } of [
      snapshots,
      snapshotsWithVolumes,
      volumes,
      backups,
      backupsBySnapshots,
    ])
      for (const ids of [[1000n], [7n, 8n], Array.from({ length: 100 }, (_, at) => BigInt(at))])
        expect(await keptPlans(statement.text, statement.parameters(valuesOf(ids), account))).toBe(3)
  })
})
