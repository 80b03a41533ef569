import { sql } from 'drizzle-orm'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Bond } from '../src/database/bond.ts'
import { connect, type Database } from '../src/database/database.ts'
import { account } from '../src/database/tables.ts'
import { startStatementProxy } from './support/crash/statement-proxy.ts'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'

const database = await createTestDatabase()

function connection() {
  const other = connect(database.address, { pool: 1, statementTimeout: 20 })
  onTestFinished(() => other.close())
  return other
}
type Transaction = Parameters<Parameters<typeof database.db.transaction>[0]>[0]
const pidOf = async (tx: Pick<Transaction, 'execute'>) => {
  const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
  return row?.pid ?? 0
}
/** Ends a backend, and waits until it has. */
const end = async (pid: number) => {
  await database.client`select pg_terminate_backend(${pid}, 5000)`
  // Round trips of another connection, in which the socket of this one sees it too.
  for (let trips = 0; trips < 10; trips++) await database.client`select 1`
}

describe('a connection that closes in the middle of a transaction', () => {
  it.each([
    ['before the commit', async () => {}],
    ['before another statement', async (tx: Transaction) => void (await tx.execute(sql`select 1`))],
    ['before a failure of its own', () => Promise.reject(new Error('mine'))],
  ])('%s rejects, and the pool goes on', async (_, then) => {
    const { db } = connection()
    let working: Promise<void> | undefined
    const lost = db.transaction((tx) => {
      working = pidOf(tx)
        .then(end)
        .then(() => then(tx))
      return working
    })
    await expect(lost).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
    // The work itself goes on for a while, and finds out.
    await working?.catch(() => {})
    await database.client`select 1`
    expect(await pidOf(db)).toBeGreaterThan(0)
  })

  it('sends none of its later statements: they would run outside of it', async () => {
    const { db } = connection()
    await database.client`create table lost (n int)`
    let goOn = () => {}
    const reconnected = new Promise<void>((resolve) => {
      goOn = resolve
    })
    let working: Promise<unknown> | undefined
    const lost = db.transaction((tx) => {
      working = pidOf(tx)
        .then(end)
        .then(() => reconnected)
        .then(() => tx.execute(sql`insert into lost values (1)`))
      return working
    })
    await expect(lost).rejects.toMatchObject({ code: 'CONNECTION_CLOSED' })
    await pidOf(db) // on the same connection, made anew
    goOn()
    await expect(working).rejects.toThrow()
    expect(await database.client`select from lost`).toHaveLength(0)
  })

  it('while a statement is under way rejects, and the pool goes on', async () => {
    const { db } = connection()
    const lost = db.transaction(async (tx) => {
      const pid = await pidOf(tx)
      const slow = tx.execute(sql`select pg_sleep(20)`)
      await end(pid)
      await slow
    })
    await expect(lost).rejects.toThrow()
    expect(await pidOf(db)).toBeGreaterThan(0)
  })
})

describe('a transaction that keeps its connection', () => {
  it('commits, rolls back and nests as before', async () => {
    const { db } = connection()
    await db.execute(sql`create table t (n int)`)
    await db.transaction(async (tx) => {
      await tx.execute(sql`insert into t values (1)`)
      await tx
        .transaction((inner) =>
          inner.execute(sql`insert into t values (2)`).then(() => Promise.reject(new Error('inner'))),
        )
        .catch(() => {})
    })
    await expect(
      db.transaction(async (tx) => {
        await tx.execute(sql`insert into t values (3)`)
        throw new Error('mine')
      }),
    ).rejects.toThrow('mine')
    await expect(db.transaction((tx) => tx.execute(sql`insert into nowhere values (1)`))).rejects.toThrow()
    const unaware = db.transaction(async (tx) => {
      await tx.execute(sql`insert into t values (4)`)
      await tx.execute(sql`insert into nowhere values (1)`).catch(() => {})
    })
    await expect(unaware).rejects.toThrow('the transaction had failed before its commit')
    expect(await db.execute(sql`select n from t`)).toEqual([{ n: 1 }])
  })
})

describe('a statement that fails after its first rows', () => {
  const nothingIsLeft = async ({ db }: Database) => {
    expect([...(await db.execute(sql`select 1 as one`))]).toEqual([{ one: 1 }])
    expect(await db.select({ id: account.id }).from(account)).toEqual([{ id: 1n }])
  }

  it('leaves nothing of them in the answer of the next', async () => {
    const other = connection()
    await expect(other.db.execute(sql`select 1 / (3 - n) from generate_series(1, 5) n`)).rejects.toThrow()
    await nothingIsLeft(other)
  })

  it('because it is cancelled leaves nothing of them either', async () => {
    const other = connection()
    const stop = new Bond()
    // The first is longer than what the server keeps back.
    const rows = sql`select repeat('x', 20000) union all select pg_sleep(60)::text`
    const cancelled = other.handle.until(stop).drizzle.execute(rows).then()
    await eventually(async () => {
      const asleep = await database.client`
        select from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`
      expect(asleep).toHaveLength(1)
    })
    stop.break(new Error('the client is gone'))
    await expect(cancelled).rejects.toThrow()
    await nothingIsLeft(other)
  })
})

it('a new connection asks for nothing of its own, whose failure nobody would hear of', async () => {
  const asked: string[] = []
  const proxy = await startStatementProxy(database.address, {
    before: (text) => {
      asked.push(text)
      return 'pass'
    },
    after: () => 'pass',
  })
  const { handle, client, close } = connect({ url: proxy.url }, { pool: 1, statementTimeout: 20 })
  onTestFinished(async () => {
    await close()
    proxy.close()
  })
  await handle.drizzle.execute(sql`select 2`)
  await client.listen('nothing', () => {})
  expect(new Set(asked)).toEqual(new Set(['select 1', 'select 2', 'listen "nothing"']))
})
