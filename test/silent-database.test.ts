import { sql } from 'drizzle-orm'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AccountScope } from '../src/database/account-scope.ts'
import { connect, type DatabaseAddress } from '../src/database/database.ts'
import { isUnavailable } from '../src/database/sql-state.ts'
import { untilAvailable } from '../src/worker/until-available.ts'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { createTestGateway, type TestGateway } from './support/gateway.ts'
import { startProxy } from './support/proxy.ts'
import { lockTable } from './support/row-lock.ts'

const database = await createTestDatabase()

/** A gateway whose connections are `pool`, and whose statements have so many seconds. */
function gatewayOn(address: DatabaseAddress, { pool = 2, statementTimeout = 0.1, margin = 1 } = {}) {
  const { db, handle, close } = connect(address, { pool, statementTimeout, margin })
  onTestFinished(close)
  return { db, ...createTestGateway({ ...database, db, handle, scope: new AccountScope(handle, 1n) }) }
}
/** A network to the database that can go silent: nothing of the server comes through, and no connection closes. */
async function network() {
  const state = { silent: false }
  const url = await startProxy(database.address, (_, message) => (state.silent ? null : message))
  return { url, state }
}
const read = '{ viewer { account { id } } }'
const account = { viewer: { account: { id: '1a1' } } }
/** Waits until it does: on a busy machine a new connection may take longer than these gateways are patient. */
const answers = (gateway: TestGateway) =>
  eventually(async () => expect((await gateway.query(read)).data).toEqual(account))

describe('a database that goes silent', () => {
  it('is a prompt UNAVAILABLE, and the pool heals by itself', async () => {
    const { url, state } = await network()
    const gateway = gatewayOn({ url })
    await answers(gateway)
    state.silent = true
    const asked = performance.now()
    // More than there are connections: some wait for an answer, some for a connection.
    for (const { status, headers, errors } of await Promise.all(
      [1, 2, 3, 4, 5].map(() => gateway.query(read)),
    )) {
      expect([status, headers['retry-after']]).toEqual([503, '5'])
      expect(errors).toMatchObject([
        { message: 'the database is not available now; try again soon', extensions: { code: 'UNAVAILABLE' } },
      ])
    }
    expect(performance.now() - asked).toBeLessThan(10_000)
    state.silent = false
    await answers(gateway)
  })

  it('in the middle of a transaction leaves nothing of it', async () => {
    const { url, state } = await network()
    const { db } = gatewayOn({ url })
    await database.client`create table if not exists t (n int)`
    const lost = db.transaction(async (tx) => {
      await tx.execute(sql`insert into t values (1)`)
      state.silent = true
      await tx.execute(sql`insert into t values (2)`)
    })
    await expect(lost).rejects.toSatisfy(isUnavailable)
    state.silent = false
    expect(await db.execute(sql`select n from t`)).toEqual([])
  })

  it('does not hold up for ever what is tried until it works', async () => {
    const { url, state } = await network()
    const { db } = gatewayOn({ url })
    state.silent = true
    const trying = untilAvailable(new AbortController().signal, () => db.execute(sql`select 1 as n`))
    setTimeout(() => {
      state.silent = false
    }, 1500)
    expect(await trying).toEqual([{ n: 1 }])
  })
})

describe('connections that are all taken', () => {
  it('go to who waits when slow statements ended as TOO_COSTLY', async () => {
    const gateway = gatewayOn(database.address, { pool: 2, statementTimeout: 1, margin: 10 })
    const { release } = await lockTable(database.client, 'snapshot')
    const holding = [1, 2].map(() => gateway.query('{ snapshots { nodes { id } } }'))
    const waiting = [3, 4].map(() => gateway.query(read))
    for (const { errors } of await Promise.all(holding))
      expect(errors).toMatchObject([{ extensions: { code: 'TOO_COSTLY' } }])
    // Within what a statement has, they became free.
    for (const { data } of await Promise.all(waiting)) expect(data).toEqual(account)
    await release()
    expect((await gateway.query('{ snapshots { nodes { id } } }')).errors).toBeUndefined()
  })

  it('and stay so are a prompt UNAVAILABLE, and all is well afterwards', async () => {
    const gateway = gatewayOn(database.address, { pool: 1, statementTimeout: 0.1 })
    let end = () => {}
    const holding = gateway.db.transaction(
      () =>
        new Promise<void>((resolve) => {
          end = resolve
        }),
    )
    const { status, headers, errors } = await gateway.query(read)
    expect([status, headers['retry-after']]).toEqual([503, '5'])
    expect(errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
    end()
    await holding
    expect(await gateway.data(read)).toEqual(account)
  })
})

it('a connection that breaks while others wait for one gives its place to the first', async () => {
  const { db } = gatewayOn(database.address, { pool: 1, statementTimeout: 5 })
  const [row] = await db.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
  const sleeping = expect(db.execute(sql`select pg_sleep(20)`)).rejects.toSatisfy(isUnavailable)
  const waiting = Promise.all([db.execute(sql`select 1 as n`)])
  await database.client`select pg_terminate_backend(${row?.pid ?? 0}, 5000)`
  await sleeping
  expect(await waiting).toEqual([[{ n: 1 }]])
})
