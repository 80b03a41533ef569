import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { sql } from 'drizzle-orm'
import { describe, expect, it, onTestFinished } from 'vitest'
import { connect } from '../src/database/database.ts'
import { listen } from '../src/database/listen.ts'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'

const database = await createTestDatabase()

function pool(size: number, { statementTimeout = 20, address = database.address } = {}) {
  const other = connect(address, { pool: size, statementTimeout })
  onTestFinished(() => other.close())
  return other
}
const up = sql`select 1 as up`

/** What listens where a database is expected; `greet` gets each connection. */
async function somethingElse(greet: (socket: Socket) => void = () => {}) {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    greet(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { address: { url: `postgres://u:p@127.0.0.1:${port}/x` }, sockets }
}

describe('a database that cannot be reached', () => {
  it('is refused to everyone at once, however many ask', async () => {
    const { db } = pool(2, { address: { url: 'postgres://u:p@127.0.0.1:1/x' } })
    for (const one of await Promise.allSettled(Array.from({ length: 500 }, () => db.execute(up))))
      expect(one).toMatchObject({ status: 'rejected', reason: { cause: expect.anything() } })
  })

  it('closes what was opened: it is not tried again without end', async () => {
    const { address, sockets } = await somethingElse((socket) => socket.once('data', () => socket.end()))
    const { db } = pool(1, { address })
    await expect(db.execute(up)).rejects.toThrow()
    await expect(db.execute(up)).rejects.toThrow()
    expect(sockets.length).toBeLessThan(4)
  })

  it('says nothing: once that is known, nobody waits for it, and one at a time finds out whether it does', async () => {
    const { address, sockets } = await somethingElse()
    const { db } = pool(4, { address, statementTimeout: 0.5 })
    await expect(db.execute(up)).rejects.toThrow()
    const known = sockets.length
    for (let times = 0; times < 200; times++) await expect(db.execute(up)).rejects.toThrow()
    expect(sockets.length).toBeLessThan(known + 5)
  })
})

describe('a pool', () => {
  it('does without the connections that the server does not allow', async () => {
    const role = `limited_${crypto.randomUUID().replaceAll('-', '')}`
    await database.client.unsafe(`create role ${role} login password 'p' connection limit 2`)
    const there = database.address
    const address =
      'url' in there
        ? { url: Object.assign(new URL(there.url), { username: role, password: 'p' }).href }
        : { ...there, username: role, password: 'p' }
    const { db, close } = pool(5, { address })
    const asked = Array.from({ length: 40 }, (_, n) => db.execute(sql`select ${n}::int as n, pg_sleep(0.01)`))
    expect((await Promise.all(asked)).map(([row]) => row?.n)).toEqual([...Array(40).keys()])
    await close()
    await eventually(() => database.client.unsafe(`drop role ${role}`))
  })

  it('replaces connections that break under it, busy or idle, as often as they do', async () => {
    const { db } = pool(3)
    for (let times = 0; times < 15; times++) {
      const busy = Array.from({ length: 6 }, (_, n) => db.execute(sql`select ${n}::int, pg_sleep(0.002)`))
      const ended = database.client`
        select pg_terminate_backend(pid, 5000) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()`
      await Promise.allSettled([...busy, ended])
      await eventually(async () => expect(await db.execute(up)).toEqual([{ up: 1 }]), 3000)
    }
  })
})

describe('notifications', () => {
  it('are not asked for again without end where a server closes what it opens', async () => {
    const { address, sockets } = await somethingElse((socket) => socket.once('data', () => socket.end()))
    const { client } = pool(1, { address })
    await expect(listen(client, 'one', () => {})).rejects.toThrow()
    expect(sockets).toHaveLength(1)
  })

  it('that nobody listens to any more are not heard', async () => {
    const { db, client } = pool(1)
    const heard: string[] = []
    const stop = await listen(client, 'three', (payload) => heard.push(payload))
    await listen(client, 'four', (payload) => heard.push(payload))
    await stop()
    await db.execute(sql`select pg_notify('three', 'no'), pg_notify('four', 'yes')`)
    await eventually(() => expect(heard).toEqual(['yes']))
  })

  it('are heard again after their connection broke, and those who listen are told', async () => {
    const { db, client } = pool(2)
    const heard: string[] = []
    let begun = 0
    const onListen = () => begun++
    for (const channel of ['one', 'two'])
      await listen(client, channel, (payload) => heard.push(`${channel} ${payload}`), onListen)
    expect(begun).toBe(2)
    for (let times = 1; times < 4; times++) {
      await database.client`
        select pg_terminate_backend(pid, 5000) from pg_stat_activity where query like 'listen%' and datname = current_database()`
      await eventually(() => expect(begun).toBeGreaterThanOrEqual(2 + 2 * times))
      heard.length = 0
      await db.execute(sql`select pg_notify('one', 'b'), pg_notify('two', 'c')`)
      await eventually(() => expect(heard).toEqual(['one b', 'two c']))
    }
  })
})
