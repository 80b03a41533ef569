import { describe, expect, it, onTestFinished } from 'vitest'
import { revokeKey } from '../src/auth/keys/revoke-key.ts'
import { Bond } from '../src/database/bond.ts'
import { expireEvents } from '../src/events/expire-events.ts'
import { eventCursor } from '../src/events/list-events.ts'
import { watchEvents } from '../src/events/watch-events.ts'
import { createTestDatabase } from './support/database.ts'
import { openEvents } from './support/events.ts'
import { eventually } from './support/eventually.ts'
import { createTestGateway } from './support/gateway.ts'
import { basic, makeKey, startKeys } from './support/keys.ts'
import { rowMaker } from './support/rows.ts'
import { listening, openStream } from './support/streams.ts'

const database = await createTestDatabase()
const { client } = database
await client`insert into account (name, volumes_root) values ('other', 'other')`
const make = rowMaker(database)
const watch = `subscription ($after: String, $filter: SnapshotEventFilter) {
  snapshotEvents(after: $after, filter: $filter) { cursor event { id kind snapshotId to snapshot { name } } } }`

/** A gateway that listens, with a history of its own to follow. */
async function start(
  options: Parameters<typeof createTestGateway>[1] = {},
  timing: Parameters<typeof openEvents>[1] = {},
) {
  const { events, close } = await openEvents(database.address, timing)
  onTestFinished(close)
  const gateway = createTestGateway({ ...database, events }, options)
  const url = await listening(gateway)
  const stream = (variables: Record<string, unknown> = {}, headers: Record<string, string> = {}) =>
    openStream(url, watch, variables, headers)
  return { gateway, events, url, stream }
}
const gateway = createTestGateway(database)
/** Events behind the gateway's back. */
const insert = (count: number, message: string) => client`
  insert into snapshot_event_outbox (account_id, snapshot_id, volume_id, kind, to_state, transitioning, message)
  select 1, 1, 1, 'update', 'created', 'no', ${message} from generate_series(1, ${count}::int)`
const volume = await make.volume()
const taken = async () => `1s${await make.snapshot(volume)}`
const rename = (id: string, name: string, by = gateway) =>
  by.data(
    'mutation ($id: ID!, $name: String) { updateSnapshot(input: { id: $id, name: $name }) { __typename } }',
    {
      id,
      name,
    },
  )

describe('a watcher', () => {
  it('is told first where it begins, then of each event, with the snapshot as it is now', async () => {
    const { stream } = await start()
    const id = await taken()
    await rename(id, 'before')
    const watching = await stream()
    expect(watching.status).toBe(200)
    expect(Object.fromEntries(watching.headers)).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
    })
    const first = await watching.delivery()
    expect(first.event).toBeNull()
    const cursors = [first.cursor]
    for (const name of ['a', 'b']) {
      await rename(id, name)
      const { cursor, event } = await watching.delivery()
      expect(event).toMatchObject({ kind: 'UPDATE', snapshotId: id, snapshot: { name } })
      cursors.push(cursor)
    }
    expect(new Set(cursors).size).toBe(3)
    const { snapshotEvents } = await gateway.data(
      `{ snapshotEvents(after: "${first.cursor}") { edges { cursor } } }`,
    )
    expect(snapshotEvents.edges.map(({ cursor }: { cursor: string }) => cursor)).toEqual(cursors.slice(1))
  })

  it('goes on just after a cursor, however much lies between, and then with what is new', async () => {
    const { stream } = await start()
    const id = await taken()
    const { snapshotEvents } = await gateway.data('{ snapshotEvents { latestCursor } }')
    for (let n = 0; n < 230; n++) await rename(id, `n${n}`)
    const { snapshotEvents: all } = await gateway.data(
      `{ snapshotEvents(first: 100, after: "${snapshotEvents.latestCursor}") { nodes { id } edges { cursor } } }`,
    )
    const watching = await stream({ after: all.edges[9].cursor })
    expect(await watching.delivery()).toEqual({ cursor: all.edges[9].cursor, event: null })
    const seen: number[] = []
    for (let n = 10; n < 230; n++) seen.push(Number((await watching.delivery()).event.id.slice(3)))
    expect(seen[0]).toBe(Number(all.nodes[10].id.slice(3)))
    expect(seen).toEqual(seen.map((_, n) => Number(seen[0]) + n))
    await rename(id, 'new')
    expect((await watching.delivery()).event.snapshot.name).toBe('new')
  })

  it('hears what it asks for, of its own account', async () => {
    const { gateway, stream } = await start()
    const [id, other] = [await taken(), await taken()]
    const foreign = await make.snapshot(await make.volume({ account_id: 2 }), { account_id: 2 })
    const watching = await stream({ filter: { snapshotId: [id], kind: ['UPDATE'] } })
    await watching.delivery()
    await rename(other, 'not this')
    await rename(`1s${foreign}`, 'nor this', gateway.as('ADMIN', 2n))
    await rename(id, 'this')
    expect((await watching.delivery()).event).toMatchObject({ snapshotId: id, snapshot: { name: 'this' } })
  })

  it('that nothing comes for gets bookmarks, from which nothing is missed', async () => {
    const { stream } = await start({}, { quiet: 0.05 })
    const [id, other] = [await taken(), await taken()]
    const watching = await stream({ filter: { snapshotId: [id] } })
    const first = await watching.delivery()
    await rename(other, 'somewhere else')
    const bookmark = await watching.delivery()
    expect(bookmark.event).toBeNull()
    expect(bookmark.cursor).not.toBe(first.cursor)
    await rename(id, 'here')
    const resumed = await stream({ after: bookmark.cursor, filter: { snapshotId: [id] } })
    expect((await resumed.delivery()).cursor).toBe(bookmark.cursor)
    for (const each of [watching, resumed]) expect((await each.delivery()).event.snapshot.name).toBe('here')
  })

  it('is told how far a long history was read in which little is for it', async () => {
    const { events, stream } = await start()
    const id = await taken()
    await events.ordering.settled()
    const [history] = await client`
      update event_history set last_id = last_id + 250000 returning last_id - 250000 as before`
    const place = (n: number) => eventCursor(BigInt(history?.before) + BigInt(n))
    await rename(id, 'here')
    await insert(5, 'not for it')
    const watching = await stream({ after: place(0), filter: { snapshotId: [id] } })
    for (const n of [0, 100_000, 200_000])
      expect(await watching.delivery()).toEqual({ cursor: place(n), event: null })
    expect(await watching.delivery()).toMatchObject({ cursor: place(250_001), event: { snapshotId: id } })
    expect(await watching.delivery()).toEqual({ cursor: place(250_006), event: null })
    await rename(id, 'and new')
    expect((await watching.delivery()).event.snapshot.name).toBe('and new')
  })

  it('hears on one gateway of what happens on another', async () => {
    const [one, two] = [await start(), await start()]
    const id = await taken()
    const watching = await one.stream()
    await watching.delivery()
    await rename(id, 'over there', two.gateway)
    expect((await watching.delivery()).event.snapshot.name).toBe('over there')
  })

  it('hears also of what nobody has told of, and where a notification was lost', async () => {
    const { stream } = await start({}, { poll: 0.05 })
    const watching = await stream()
    await watching.delivery()
    // As of a process that has died right after its commit.
    await client`insert into snapshot_event_outbox (account_id, snapshot_id, volume_id, kind, to_state, transitioning)
      values (1, 1, ${String(volume)}, 'update', 'created', 'no')`
    expect((await watching.delivery()).event).toMatchObject({ kind: 'UPDATE' })
    await client`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and query like 'listen%'`
    await rename(await taken(), 'unheard')
    expect((await watching.delivery()).event.snapshot.name).toBe('unheard')
  })

  it('is kept alive by heartbeats, which are no events', async () => {
    const { stream } = await start({ streams: { heartbeatEvery: 0.02 } })
    const watching = await stream()
    await watching.delivery()
    const id = await taken()
    await eventually(async () => {
      await rename(id, 'x')
      await watching.delivery()
      expect(watching.comments).toBeGreaterThan(3)
    })
  })

  it('may be a viewer, and ask by GET', async () => {
    const { url } = await start({ role: 'VIEWER' })
    const query = encodeURIComponent('subscription { snapshotEvents { cursor } }')
    const answer = await fetch(`${url}?query=${query}`, { headers: { accept: 'text/event-stream' } })
    expect(answer.headers.get('content-type')).toBe('text/event-stream')
    await answer.body?.cancel()
  })

  it('that goes away is forgotten', async () => {
    const { events, stream } = await start()
    const feed = events.feed as (typeof events)['feed'] & { size: number }
    const streams = [await stream(), await stream(), await stream()]
    for (const each of streams) await each.delivery()
    await eventually(() => expect(feed.size).toBe(3))
    for (const each of streams) each.cut()
    await eventually(() => expect(feed.size).toBe(0))
  })
})

describe('a burst of events', () => {
  it('is read by whoever reads, though far more come at once than are held for him', async () => {
    const { events, stream } = await start()
    const watching = await stream()
    await watching.delivery()
    await insert(5000, 'x')
    void events.ordering.settled()
    const seen: number[] = []
    while (seen.length < 5000) {
      const { event } = await watching.delivery()
      if (event) seen.push(Number(event.id.slice(3)))
    }
    expect(seen).toEqual(seen.map((_, n) => Number(seen[0]) + n))
  })
})

describe('the order of events', () => {
  it('is not held up by a slow transaction, and has its event once it is there', async () => {
    const { stream } = await start()
    const [slow, quick] = [await taken(), await taken()]
    const watching = await stream()
    await watching.delivery()
    const write = (sql: typeof client, id: string) => sql`
      insert into snapshot_event_outbox (account_id, snapshot_id, volume_id, kind, to_state, transitioning)
      values (1, ${id.slice(2)}, ${String(volume)}, 'update', 'created', 'no')`
    const ids: string[] = []
    await client.begin(async (transaction) => {
      await write(transaction as unknown as typeof client, slow) // with the number before all that follow
      for (let n = 0; n < 3; n++) {
        await rename(quick, `n${n}`)
        const { event } = await watching.delivery()
        expect(event.snapshotId).toBe(quick)
        ids.push(event.id)
      }
    })
    await rename(quick, 'after')
    const rest = [(await watching.delivery()).event, (await watching.delivery()).event]
    expect(rest.map(({ snapshotId }) => snapshotId).sort()).toEqual([slow, quick].sort())
    ids.push(...rest.map(({ id }) => id))
    expect(ids).toEqual([...ids].sort((a, b) => Number(a.slice(3)) - Number(b.slice(3))))
  })

  it('has no gap and is that of the changes, whoever makes them and moves their events', async () => {
    const others = [
      await openEvents(database.address, { poll: 0.01 }),
      await openEvents(database.address, { poll: 0.01 }),
    ]
    const { stream } = await start()
    const ids = [await taken(), await taken(), await taken()]
    const watching = await stream()
    await watching.delivery()
    // Each name tells which change of its snapshot it is: they are serialised by the row.
    const change = (id: string) => client`
      with changed as (update snapshot set description = coalesce(description::int, 0) + 1 where id = ${id.slice(2)} returning *)
      insert into snapshot_event_outbox (account_id, snapshot_id, volume_id, kind, to_state, transitioning, message)
      select account_id, id, volume_id, 'update', state, transitioning, description from changed`
    const each = 60
    const writing = Promise.all(
      Array.from({ length: 8 }, async (_, writer) => {
        for (let n = 0; n < each; n++) {
          const id = ids[(writer + n) % 3] ?? ''
          if (n % 10 === 0)
            await client.begin(async (sql) => {
              await sql`select txid_current()` // a number of its own before it waits for the row
              await sql`select 1 from snapshot where id = ${id.slice(2)} for update`
            })
          await change(id)
        }
      }),
    )
    const seen: Record<string, number> = {}
    let last = 0
    for (let n = 0; n < 8 * each; n++) {
      const { event } = await watching.delivery()
      seen[event.snapshotId] = (seen[event.snapshotId] ?? 0) + 1
      const number = Number(event.id.slice(3))
      if (last) expect(number).toBe(last + 1)
      last = number
    }
    await writing
    for (const { close } of others) await close()
    const order = await client`select snapshot_id, message::int as change from snapshot_event
      where '1s' || snapshot_id = any(${ids}) and message is not null order by id`
    for (const id of ids) {
      const changes = order.filter((row) => `1s${row.snapshot_id}` === id).map((row) => row.change)
      expect(changes).toEqual(changes.map((_, n) => n + 1))
      expect(changes).toHaveLength(seen[id] ?? 0)
    }
  })
})

describe('a stream ends', () => {
  const codesOf = (result: { errors?: { extensions: { code: string } }[] }) =>
    result.errors?.map(({ extensions }) => extensions.code)

  it.each<[string, string, () => string | Promise<string>]>([
    ['BAD_USER_INPUT', 'of a cursor that is none', () => 'x'],
    ['BAD_USER_INPUT', 'of one ahead of the history', () => eventCursor(10n ** 15n)],
    [
      'CURSOR_EXPIRED',
      'of one whose events are no longer kept',
      async () => {
        await rename(await taken(), 'old')
        await gateway.data('{ snapshotEvents { latestCursor } }')
        await client`update event_history set expired_id = last_id`
        return eventCursor(0n)
      },
    ],
  ])('with %s because %s', async (code, _, cursor) => {
    const { stream } = await start()
    const watching = await stream({ after: await cursor() })
    const result = await watching.next()
    expect(codesOf(result)).toEqual([code])
    expect(result.errors[0].extensions).toEqual({ code })
    expect(result.extensions.requestId).toBe(watching.headers.get('x-request-id'))
    expect(await watching.next()).toBeNull()
  })

  it('with SHUTTING_DOWN at a stop, which it does not hold up', async () => {
    const { gateway, stream } = await start()
    const watching = await stream()
    const { cursor } = await watching.delivery()
    const closed = gateway.server.close()
    expect(codesOf(await watching.next())).toEqual(['SHUTTING_DOWN'])
    expect(await watching.next()).toBeNull()
    await closed
    const { stream: elsewhere } = await start()
    expect((await (await elsewhere({ after: cursor })).delivery()).cursor).toBe(cursor)
  })

  it('with UNAUTHENTICATED once its key is revoked', async () => {
    const { authenticate } = await startKeys(database.address)
    const { stream } = await start({ authenticate, streams: { authenticateEvery: 0.05 } })
    const [key, other] = [await makeKey(database, 'VIEWER'), await makeKey(database)]
    const [watching, staying] = [
      await stream({}, { authorization: basic(key) }),
      await stream({}, { authorization: basic(other) }),
    ]
    await watching.delivery()
    await staying.delivery()
    await revokeKey(database.db, key.accessKey)
    expect(codesOf(await watching.next())).toEqual(['UNAUTHENTICATED'])
    expect(await watching.next()).toBeNull()
    await rename(await taken(), 'for the other')
    expect((await staying.delivery()).event.snapshot.name).toBe('for the other')
    const again = await fetch((await start({ authenticate })).url, { headers: { authorization: basic(key) } })
    expect(again.status).toBe(401)
  })

  it('with SLOW_CONSUMER where its events are not read, and its reader can go on from the last', async () => {
    const { events, stream, url } = await start({ streams: { heartbeatEvery: 0.05, patience: 0.2 } })
    const watching = await openStream(url, 'subscription { snapshotEvents { cursor event { message } } }')
    await watching.delivery()
    const [history] = await client`select last_id from event_history`
    const count = 15_000
    await insert(count, 'x'.repeat(3000)) // more than all buffers on the way can take
    await events.ordering.settled()
    const since = performance.now()
    await eventually(() => expect(performance.now() - since).toBeGreaterThan(3000))
    const seen: string[] = []
    let result = await watching.next()
    for (; result?.data; result = await watching.next()) seen.push(result.data.snapshotEvents.cursor)
    expect(codesOf(result)).toEqual(['SLOW_CONSUMER'])
    expect(await watching.next()).toBeNull()
    expect(seen.length).toBeLessThan(count)
    const place = (n: number) => eventCursor(BigInt(history?.last_id) + BigInt(n))
    expect(seen.at(-1)).toBe(place(seen.length))
    const resumed = await stream({ after: seen.at(-1) })
    await resumed.delivery()
    expect((await resumed.delivery()).cursor).toBe(place(seen.length + 1))
  })

  it('with CURSOR_EXPIRED where its events are deleted before it has caught up', async () => {
    const { events } = await start()
    await events.ordering.settled()
    const [history] = await client`select last_id from event_history`
    await insert(500, 'x')
    await events.ordering.settled()
    await client`update snapshot_event set at = now() - interval '2 days'`
    const bond = new Bond()
    const after = eventCursor(BigInt(history?.last_id))
    const watching = await watchEvents(database.scope.until(bond), events, { after }, bond)
    const read = async (seen: bigint[] = []): Promise<bigint[]> => {
      for await (const { event } of watching) {
        if (event === null) continue
        seen.push(event.id)
        if (seen.length === 1) await expireEvents(database.handle, 86_400, new AbortController().signal)
        expect(event.id).toBe((seen[0] ?? 0n) + BigInt(seen.length - 1))
      }
      return seen
    }
    await expect(read()).rejects.toMatchObject({ code: 'CURSOR_EXPIRED' })
  })

  it.each([
    ['and others come', 1],
    ['and none are left', 0],
  ])('with CURSOR_EXPIRED where its events are deleted before the gateway has read them, %s', async (_, others) => {
    const { events, stream } = await start({}, { poll: others === 0 ? 0.05 : 1000 })
    const watching = await stream()
    await watching.delivery()
    await eventually(() => expect(events.feed.size).toBe(1))
    await events.ordering.settled()
    // As another gateway leaves it that has moved and deleted events while this one had no database.
    await client`update event_history set last_id = last_id + 10, expired_id = last_id + 10`
    await insert(others, 'x')
    void events.ordering.settled()
    expect((await watching.next()).errors[0].extensions.code).toBe('CURSOR_EXPIRED')
  })

  it('without an error where its client goes away', async () => {
    const codes: string[] = []
    const observer = {
      answered() {},
      changed() {},
      streams() {},
      graphqlError: (code: string) => codes.push(code),
    }
    const { events, stream } = await start({ observer })
    const feed = events.feed as (typeof events)['feed'] & { size: number }
    const watching = await stream()
    await watching.delivery()
    await eventually(() => expect(feed.size).toBe(1))
    watching.cut()
    await eventually(() => expect(feed.size).toBe(0))
    expect(codes).toEqual([])
  })
})

describe('a subscription', () => {
  const ask = async (query: string, headers: Record<string, string>, options = {}) => {
    const { url } = await start(options)
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ query }),
    })
    return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.json() }
  }
  const type = 'application/graphql-response+json; charset=utf-8'

  it('needs a stream to be answered with', async () => {
    for (const accept of ['application/json', 'application/graphql-response+json, text/event-stream;q=0'])
      expect(await ask('subscription { snapshotEvents { cursor } }', { accept })).toMatchObject({
        status: 406,
        body: {
          errors: [
            { message: expect.stringContaining('text/event-stream'), extensions: { code: 'BAD_REQUEST' } },
          ],
        },
      })
  })

  it('that is not valid, or costs too much, is refused before it begins', async () => {
    const accept = 'text/event-stream'
    expect(await ask('subscription { nothing }', { accept })).toMatchObject({ status: 400, type })
    const two = 'subscription { a: snapshotEvents { cursor } b: snapshotEvents { cursor } }'
    expect(await ask(two, { accept })).toMatchObject({ status: 400, type })
    const fields = Array.from(
      { length: 40 },
      (_, n) => `e${n}: events(first: 100) { nodes { id snapshot { id name } } }`,
    )
    const costly = `subscription { snapshotEvents { event { snapshot { ${fields.join(' ')} } } } }`
    expect((await ask(costly, { accept })).body.errors[0].extensions.code).toBe('TOO_COSTLY')
  })

  it('of nobody is not begun', async () => {
    const { authenticate } = await startKeys(database.address)
    const refused = await ask(
      'subscription { snapshotEvents { cursor } }',
      { accept: 'text/event-stream' },
      { authenticate },
    )
    expect([refused.status, refused.body.errors[0].extensions.code]).toEqual([401, 'UNAUTHENTICATED'])
  })
})
