import { once } from 'node:events'
import { type AddressInfo, connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'drizzle-orm'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AccountScope } from '../src/database/account-scope.ts'
import { Bond } from '../src/database/bond.ts'
import { connect as connectDatabase } from '../src/database/database.ts'
import { createSnapshot } from '../src/snapshots/create-snapshot.ts'
import { createTestDatabase } from './support/database.ts'
import { byTest } from './support/events.ts'
import { eventually } from './support/eventually.ts'
import { createTestGateway } from './support/gateway.ts'
import { startRelay } from './support/relay.ts'
import { blockedBy, lockRow, lockTable, nobodyBlockedBy } from './support/row-lock.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
const volumeId = `1v${await make.volume()}`
const hasty = createTestGateway(database, { requestTimeout: 1 })
const patient = createTestGateway(database)

const tooLong = 'the request took longer than 1 s and was ended; try again, or ask for less at once'
const post = (body: object) => {
  const text = JSON.stringify(body)
  return `POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`
}

describe('a request whose time is up', () => {
  it('is answered UNAVAILABLE, and the server runs its statement no longer', async () => {
    const { pid, release } = await lockTable(database.client, 'snapshot')
    const { status, headers, data, errors } = await hasty.query('{ snapshots { nodes { id } } }')
    expect([status, headers['retry-after'], data]).toEqual([503, '5', null])
    expect(errors).toMatchObject([{ message: tooLong, extensions: { code: 'UNAVAILABLE' } }])
    await nobodyBlockedBy(database.client, pid) // while the lock is still held
    await release()
    expect((await hasty.query('{ snapshots { nodes { id } } }')).status).toBe(200)
  })

  it('sends no further statement', async () => {
    const { pid, release } = await lockTable(database.client, 'volume')
    const asked = hasty.query('{ volumes { nodes { snapshots { nodes { id } } } } }')
    await blockedBy(database.client, pid)
    database.statements.length = 0
    expect((await asked).status).toBe(503)
    await release()
    await pause(50)
    expect(database.statements).toEqual([])
  })

  it('tells what it has done, and begins nothing more', async () => {
    const { pid, release } = await lockRow(database.client, 'volume', volumeId.slice(2))
    const create = (name: string) => `createVolume(input: { name: "${name}" }) { ... on Volume { name } }`
    const asked = hasty.query(
      `mutation { first: ${create('first')} updateVolume(input: { id: "${volumeId}", name: "new" }) { __typename } last: ${create('last')} }`,
    )
    await blockedBy(database.client, pid)
    const { status, data, errors } = await asked
    expect(status).toBe(503)
    expect(data).toEqual({ first: { name: 'first' }, updateVolume: null, last: null })
    expect(errors?.map(({ path, message }) => [path, message])).toEqual([
      [['updateVolume'], tooLong],
      [['last'], tooLong],
    ])
    await nobodyBlockedBy(database.client, pid)
    await release()
    const names = await database.client`select name from volume where name in ('first', 'new', 'last')`
    expect(names.map(({ name }) => name)).toEqual(['first'])
  })

  it('is not told of a snapshot that is inserted with others for as long as that takes', async () => {
    const { pid, release } = await lockTable(database.client, 'volume')
    database.statements.length = 0
    const create = (name: string) =>
      `mutation { createSnapshot(input: { volumeId: "${volumeId}", name: "${name}" }) { ... on Snapshot { name } } }`
    const [ends, stays] = [hasty.query(create('with another')), patient.query(create('another'))]
    await blockedBy(database.client, pid)
    expect(database.statements.filter((text) => text.includes('insert into "snapshot"'))).toHaveLength(1)
    const { status, errors } = await ends
    expect([status, errors?.map(({ message }) => message)]).toEqual([503, [tooLong]])
    await release()
    expect((await stays).data).toEqual({ createSnapshot: { name: 'another' } })
    const made = await database.client`select name from snapshot where name in ('another', 'with another')`
    expect(made).toHaveLength(2)
  })

  it('leaves nothing of a mutation, and its idempotency key is free', async () => {
    const { pid, release } = await lockRow(database.client, 'volume', volumeId.slice(2))
    const mutation = `mutation { createSnapshot(input: { volumeId: "${volumeId}", name: "once", idempotencyKey: "k" }) { ... on Snapshot { id } } }`
    const asked = hasty.query(mutation)
    await blockedBy(database.client, pid)
    expect((await asked).status).toBe(503)
    expect(await database.client`select from idempotency_key where key = 'k'`).toHaveLength(0)
    await release()
    const first = await patient.query(mutation)
    const again = await patient.query(mutation)
    expect(again.data).toEqual(first.data)
    expect([first.extensions, again.extensions]).toEqual([undefined, { idempotentReplay: true }])
    expect(await database.client`select from snapshot where name = 'once'`).toHaveLength(1)
  })
})

describe('a client that goes away', () => {
  it.each([
    ['a query', '{ snapshots { nodes { id } } }', () => lockTable(database.client, 'snapshot')],
    [
      'a mutation',
      `mutation { updateVolume(input: { id: "${volumeId}", name: "gone" }) { __typename } }`,
      () => lockRow(database.client, 'volume', volumeId.slice(2)),
    ],
  ])('takes its statement with it: %s', async (_, query, lock) => {
    const { server } = createTestGateway(database)
    await server.listen({ host: '127.0.0.1', port: 0 })
    onTestFinished(() => server.close())
    const { pid, release } = await lock()
    const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1')
    await once(socket, 'connect')
    socket.write(post({ query }))
    await blockedBy(database.client, pid)
    socket.destroy()
    await nobodyBlockedBy(database.client, pid)
    await release()
    expect(await database.client`select from volume where name = 'gone'`).toHaveLength(0)
  })
})

describe('a change that is one statement', () => {
  const options = { operationDeadline: 60, origin: byTest }
  const named = (name: string) => database.client`select from snapshot where name = ${name}`
  const reason = new Error('the client is gone')

  it('is not done where it was cancelled in time', async () => {
    const { pid, release } = await lockRow(database.client, 'volume', volumeId.slice(2))
    const bond = new Bond()
    const created = createSnapshot(database.scope.until(bond), { volumeId, name: 'cancelled' }, options)
    await blockedBy(database.client, pid)
    bond.break(reason)
    await expect(created).rejects.toBe(reason)
    await release()
    expect(await named('cancelled')).toHaveLength(0)
  })

  it('is told of as done where it was done before', async () => {
    const held: (() => void)[] = []
    let holds = false
    const relay = await startRelay(database.address, (client, server) => {
      client.pipe(server)
      server.on('data', (bytes) => {
        if (holds) held.push(() => client.write(bytes))
        else client.write(bytes)
      })
    })
    const { handle, close } = connectDatabase({ url: relay.url }, { pool: 1, statementTimeout: 20 })
    onTestFinished(async () => {
      await close()
      relay.close()
    })
    const bond = new Bond()
    const scope = new AccountScope(handle.until(bond), 1n)
    await createSnapshot(scope, { volumeId, name: 'prepared' }, options)
    await scope.account() // the workers were woken before
    holds = true
    const created = createSnapshot(scope, { volumeId, name: 'done' }, options)
    await eventually(async () => expect(await named('done')).toHaveLength(1))
    bond.break(reason)
    holds = false
    for (const send of held.splice(0)) send()
    expect((await created).row).toMatchObject({ name: 'done', state: 'requested' })
  })
})

it('a cancel never hits the statement of another request', async () => {
  // Requests that end at any moment of their statements, beside others that must not notice.
  const ends = new AbortController()
  let cancelled = 0
  const cancelling = Array.from({ length: 6 }, async (_, n) => {
    for (let round = 0; !ends.signal.aborted; round++) {
      const stop = new Bond()
      const reason = new Error('stop')
      const db = database.handle.until(stop).drizzle
      const statement =
        (round + n) % 2
          ? db.execute(sql`select pg_sleep(${(round % 7) / 1000})`)
          : db.transaction((tx) => tx.execute(sql`select pg_sleep(${(round % 7) / 1000})`))
      setTimeout(() => stop.break(reason), round % 9)
      await statement.catch((error: Error) => {
        if (error !== reason && error.cause !== reason) throw error
        cancelled++
      })
    }
  })
  const others = Array.from({ length: 6 }, async () => {
    for (let round = 0; round < 80; round++) {
      expect(await database.db.execute(sql`select ${round}::int as n, pg_sleep(0.001)`)).toMatchObject([
        { n: round },
      ])
      await database.db.transaction(async (tx) => {
        await tx.execute(sql`select pg_sleep(0.001)`)
        await tx.execute(sql`select 1`)
      })
    }
  })
  await Promise.all(others).finally(() => ends.abort())
  await Promise.all(cancelling)
  expect(cancelled).toBeGreaterThan(20)
})
