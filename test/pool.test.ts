import { type SQL, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Bond } from '../src/database/bond.ts'
import { connect } from '../src/database/database.ts'
import { createTestDatabase } from './support/database.ts'

const database = await createTestDatabase()

/** A statement that answers with numbers of its own, and may fail at one of them, or be told to stop. */
interface Asked {
  rows: number
  /** Characters beside each: the server sends what it has whenever 8 KB are full. */
  width: number
  failsAt: number | null
  /** In milliseconds. */
  stopsAfter: number | null
  way: 'objects' | 'arrays' | 'transaction'
}

const asked: fc.Arbitrary<Asked> = fc.record({
  rows: fc.nat({ max: 40 }),
  width: fc.constantFrom(1, 3000),
  failsAt: fc.option(fc.nat({ max: 40 })),
  stopsAfter: fc.option(fc.nat({ max: 8 })),
  way: fc.constantFrom('objects', 'arrays', 'transaction'),
})

async function numbers(db: PostgresJsDatabase, from: SQL, way: Asked['way']): Promise<unknown[]> {
  if (way === 'transaction')
    return db.transaction(async (tx) => {
      expect([...(await tx.execute(sql`select 7 as n`))]).toEqual([{ n: 7 }])
      return numbers(tx, from, 'objects')
    })
  const columns = { n: sql<number>`n`, text: sql`text`, fails: sql`fails` }
  const rows =
    way === 'arrays' ? await db.select(columns).from(from) : await db.execute(sql`select * from ${from}`)
  return Array.from(rows, (row) => row?.n)
}

/** Asks for the numbers from `first` on. */
async function ask(
  handle: ReturnType<typeof connect>['handle'],
  { rows, width, failsAt, stopsAfter, way }: Asked,
  first: number,
): Promise<void> {
  const gone = new Error('the client is gone')
  const stop = new Bond()
  const timer = stopsAfter === null ? undefined : setTimeout(() => stop.break(gone), stopsAfter)
  const fails = failsAt !== null && failsAt < rows
  const from = sql`(
    select n, repeat('x', ${width}::int) as text, 1 / (n - ${fails ? first + failsAt : -1}::int) as fails
    from generate_series(${first}::int, ${first + rows - 1}::int) n) as numbers`
  const [outcome] = await Promise.allSettled([numbers(handle.until(stop).drizzle, from, way)])
  clearTimeout(timer)
  const reason = outcome.status === 'rejected' ? (outcome.reason.cause ?? outcome.reason) : null
  if (stop.isBroken && reason === gone) return
  if (fails) expect(reason).toMatchObject({ code: '22012' })
  else
    expect(outcome).toEqual({ status: 'fulfilled', value: Array.from({ length: rows }, (_, n) => first + n) })
}

it('a pool answers each statement with its own rows, whatever becomes of those before', async () => {
  const run = async (all: Asked[]) => {
    const { handle, close } = connect(database.address, { pool: 2, statementTimeout: 5 })
    await Promise.all(all.map((each, index) => ask(handle, each, index * 100))).finally(close)
  }
  await fc.assert(fc.asyncProperty(fc.array(asked, { minLength: 10, maxLength: 60 }), run), { numRuns: 40 })
})
