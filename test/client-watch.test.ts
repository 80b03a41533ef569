import type { AddressInfo, Socket } from 'node:net'
import { describe, expect, expectTypeOf, it, onTestFinished } from 'vitest'
import { waitAfter } from '../src/client/backoff.ts'
import { createTimedClient } from '../src/client/create-client.ts'
import { GatewayError } from '../src/client/gateway-error.ts'
import {
  ListSnapshotEventsDocument,
  type SnapshotEventKind,
  type SnapshotState,
} from '../src/client/operations.ts'
import type { TypedDocument } from '../src/client/typed-document.ts'
import type { WatchStatus, WatchVariables } from '../src/client/watch.ts'
import { createTestDatabases } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { createTestGateway } from './support/gateway.ts'
import { startRelay } from './support/relay.ts'
import { rowMaker } from './support/rows.ts'
import { answers, refuses, startScriptedServer, streams } from './support/scripted-server.ts'

const next = await createTestDatabases(4)
const times = { backoff: { first: 0.01, longest: 0.05 }, silence: 30 }

/** A gateway that listens, with a volume, and what changes its snapshots. */
async function startGateway(port = 0, database = next()) {
  const gateway = createTestGateway(database, { closePatience: 1 })
  onTestFinished(() => gateway.server.close())
  const url = new URL('/graphql', await gateway.server.listen({ port, host: '127.0.0.1' }))
  const take = async (name = 'x') => {
    const document = `mutation ($name: String) {
      createSnapshot(input: { volumeId: "1v1", name: $name }) { ... on Snapshot { id } } }`
    return (await gateway.data(document, { name })).createSnapshot.id as string
  }
  return { database, url, server: gateway.server, take }
}

async function withVolume(gateway: Awaited<ReturnType<typeof startGateway>>) {
  await rowMaker(gateway.database).volume()
  return gateway
}

const bookmark = (cursor: string) => ({ data: { snapshotEvents: { cursor, event: null } } })
const event = (cursor: string) => ({ data: { snapshotEvents: { cursor, event: { id: cursor } } } })
const refusal = (code: string) => ({
  errors: [{ message: `it is ${code}`, extensions: { code } }],
  data: null,
})

/** As many deliveries; the iteration ends with a break. */
async function take<Value>(count: number, values: AsyncIterable<Value>): Promise<Value[]> {
  const taken: Value[] = []
  for await (const value of values) if (taken.push(value) === count) break
  return taken
}

describe('a watch', () => {
  it('begins with a bookmark, brings events and goes on after a cursor; with fields that its document selects', async () => {
    const { url, take: takeSnapshot } = await withVolume(await startGateway())
    const client = createTimedClient({ url }, times)
    const deliveries = client.watch()
    const { value: first } = await deliveries.next()
    expect(first).toEqual({ cursor: expect.any(String), event: null })
    const ids = [await takeSnapshot('one'), await takeSnapshot('two')]
    const events = await take(2, deliveries)
    expectTypeOf(events[0]?.event?.kind).toEqualTypeOf<SnapshotEventKind | undefined>()
    expect(events).toMatchObject(
      ids.map((snapshotId) => ({ event: { snapshotId, kind: 'TRANSITION', from: null, to: 'REQUESTED' } })),
    )
    // The bookmark, and what came after it.
    const [again, ...rest] = await take(3, client.watch({ after: first?.cursor }))
    expect([again, rest]).toEqual([first, events])

    type Named = {
      snapshotEvents: { cursor: string; event: { snapshot: { name: string | null } | null } | null } | null
    }
    const document: TypedDocument<Named, WatchVariables> =
      `subscription ($after: String, $filter: SnapshotEventFilter) {
      snapshotEvents(after: $after, filter: $filter) { cursor event { snapshot { name } } } }`
    const to: SnapshotState[] = ['REQUESTED']
    const filter = { snapshotId: ids.slice(1), to }
    const [, named] = await take(2, client.watch({ after: first?.cursor, filter, document }))
    expect(named).toEqual({ cursor: events[1]?.cursor, event: { snapshot: { name: 'two' } } })
  })

  it('misses nothing and brings nothing twice, wherever its connections are cut', async () => {
    const { url, take: takeSnapshot } = await withVolume(await startGateway())
    let connections = 0
    // Each is cut after some more bytes than the one before, in the middle of whatever they are.
    const cutting = (client: Socket, gateway: Socket) => {
      let left = 900 + (++connections % 40) * 37
      client.pipe(gateway)
      gateway.on('data', (bytes) => {
        client.write(bytes.subarray(0, left))
        left -= bytes.length
        if (left <= 0) client.destroySoon()
      })
    }
    const relay = await startRelay({ url: url.origin }, cutting)
    onTestFinished(relay.close)
    const watching = createTimedClient({ url: new URL('/graphql', relay.url) }, times)
    const direct = createTimedClient({ url }, times)
    const { snapshotEvents: before } = await direct.request(ListSnapshotEventsDocument, { first: 0 })
    const count = 60
    const seen: string[] = []
    const watched = (async () => {
      for await (const { event } of watching.watch({ after: before?.latestCursor }))
        if (event && seen.push(event.id) === count) return
    })()
    for (let made = 0; made < count; made++) await takeSnapshot()
    await watched
    const { snapshotEvents } = await direct.request(ListSnapshotEventsDocument, { first: 100 })
    expect(seen).toEqual(snapshotEvents?.nodes.map(({ id }) => id))
    expect(connections).toBeGreaterThan(10)
  })

  it('survives a stop of the gateway, and goes on with the next one', async () => {
    const first = await withVolume(await startGateway())
    const { port } = first.server.server.address() as AddressInfo
    const statuses: WatchStatus[] = []
    const onStatus = (status: WatchStatus) => void statuses.push(status)
    // Not at once: a gateway that stops still answers for 100 ms, and asks for 5 s.
    const backoff = { first: 0.2, longest: 0.2, random: () => 1 }
    const deliveries = createTimedClient({ url: first.url }, { ...times, backoff }).watch({ onStatus })
    const { value: begin } = await deliveries.next()
    const following = take(2, deliveries)
    await first.server.close()
    // Between the two, as a replica may have done it.
    const id = await createTestGateway(first.database)
      .data('mutation { createSnapshot(input: { volumeId: "1v1" }) { ... on Snapshot { id } } }')
      .then(({ createSnapshot }) => createSnapshot.id)
    await startGateway(port, first.database)
    const [again, event] = await following
    expect(again).toEqual(begin)
    expect(event).toMatchObject({ event: { snapshotId: id } })
    const states = statuses.map(({ state }) => state)
    expect([states.slice(0, 4), states.at(-1)]).toEqual([
      ['connecting', 'open', 'waiting', 'connecting'],
      'open',
    ])
    expect(statuses[2]).toMatchObject({ error: { codes: ['SHUTTING_DOWN'] } })
  })

  it('ends where its cursor has expired, or is none', async () => {
    const { url, database, take: takeSnapshot } = await withVolume(await startGateway())
    const client = createTimedClient({ url }, times)
    const [start] = await take(1, client.watch())
    await takeSnapshot()
    await take(2, client.watch({ after: start?.cursor }))
    await database.client`update event_history set expired_id = last_id`
    for (const [after, code] of [
      [start?.cursor, 'CURSOR_EXPIRED'],
      ['nonsense', 'BAD_USER_INPUT'],
    ])
      await expect(take(9, client.watch({ after }))).rejects.toMatchObject({
        name: 'GatewayError',
        codes: [code],
      })
  })
})

describe('what cuts a watch off', () => {
  it('is survived where it may get better, and ends it where not', async () => {
    const { url, received } = await startScriptedServer(
      (response) => response.destroy(),
      refuses('UNAVAILABLE', 503),
      answers('<html>', 502),
      streams([bookmark('a'), event('b'), refusal('SLOW_CONSUMER')], (response) => response.end()),
      streams([bookmark('b'), event('c')], (response) => response.end('event: next\ndata: {"data":')),
      streams([refusal('SHUTTING_DOWN')], (response) => response.end('event: complete\ndata: \n\n')),
      streams([bookmark('c'), event('d')], (response) => response.end('event: complete\ndata: \n\n')),
      refuses('FORBIDDEN', 403),
    )
    const cursors: string[] = []
    const watching = (async () => {
      for await (const { cursor } of createTimedClient({ url }, times).watch()) cursors.push(cursor)
    })()
    await expect(watching).rejects.toMatchObject({ codes: ['FORBIDDEN'], status: 403, requestId: 'r1' })
    expect(cursors).toEqual(['a', 'b', 'b', 'c', 'c', 'd'])
    expect(received.map(({ body }) => body.variables.after)).toEqual([
      ...[undefined, undefined, undefined, undefined],
      ...['b', 'c', 'c', 'd'],
    ])
    for (const { headers } of received) expect(headers.accept).toBe('text/event-stream')
  })

  it('is a silence too; heartbeats are none', async () => {
    let beats = 0
    const { url, received } = await startScriptedServer(
      streams([bookmark('a')]),
      streams([bookmark('a')], (response) => {
        const beat = setInterval(() => {
          response.write(++beats < 20 ? ':\n\n' : `event: next\ndata: ${JSON.stringify(event('b'))}\n\n`)
        }, 30)
        response.once('close', () => clearInterval(beat))
      }),
    )
    const errors: string[] = []
    const onStatus = (status: WatchStatus) => {
      if (status.state === 'waiting') errors.push(status.error.message)
    }
    const client = createTimedClient({ url }, { ...times, silence: 0.3 })
    expect((await take(3, client.watch({ onStatus }))).map(({ cursor }) => cursor)).toEqual(['a', 'a', 'b'])
    expect(errors).toEqual(['nothing was heard of the gateway for 0.3 s'])
    expect(received).toHaveLength(2)
  })

  it('is a token that has run out, where another can be had', async () => {
    const script = [
      streams([bookmark('a'), refusal('UNAUTHENTICATED')], (response) => response.end()),
      refuses('UNAUTHENTICATED', 401),
    ] as const
    const renewed = await startScriptedServer(...script)
    let tokens = 0
    const client = createTimedClient({ url: renewed.url, authorization: () => `Bearer ${++tokens}` }, times)
    await expect(take(9, client.watch())).rejects.toMatchObject({ codes: ['UNAUTHENTICATED'] })
    expect(renewed.received.map(({ headers }) => headers.authorization)).toEqual(['Bearer 1', 'Bearer 2'])

    const fixed = await startScriptedServer(...script)
    const fixedClient = createTimedClient({ url: fixed.url, authorization: 'Bearer 1' }, times)
    await expect(take(9, fixedClient.watch())).rejects.toMatchObject({ codes: ['UNAUTHENTICATED'] })
    expect(fixed.received).toHaveLength(1)
  })

  it('is waited for as the gateway says, and an abort ends the wait', async () => {
    const { url } = await startScriptedServer(refuses('UNAVAILABLE', 503, { 'retry-after': '3600' }))
    const ending = new AbortController()
    const waits: number[] = []
    const onStatus = (status: WatchStatus) => {
      if (status.state !== 'waiting') return
      waits.push(status.seconds)
      queueMicrotask(() => ending.abort())
    }
    const client = createTimedClient({ url }, times)
    expect(await take(9, client.watch({ signal: ending.signal, onStatus }))).toEqual([])
    expect(waits).toEqual([expect.toSatisfy((seconds: number) => seconds >= 3600 && seconds < 3601)])
  })

  it('makes it wait longer each time, up to a limit, by chance', () => {
    const error = new GatewayError('away')
    const waits = (random: number) =>
      [1, 2, 3, 4, 99].map((failures) =>
        waitAfter(error, failures, { first: 0.5, longest: 20, random: () => random }),
      )
    expect(waits(1)).toEqual([0.5, 1, 2, 4, 20])
    expect(waits(0.5)).toEqual([0.25, 0.5, 1, 2, 10])
    expect(waits(0)).toEqual([0, 0, 0, 0, 0])
  })
})

describe('a delivery', () => {
  it('has the errors of fields that are null; an event that is lost by them is none', async () => {
    const errors = [
      { message: 'no', path: ['snapshotEvents', 'event', 'snapshot'], extensions: { code: 'UNAVAILABLE' } },
    ]
    const { url } = await startScriptedServer(
      streams(
        [
          { ...event('a'), errors },
          { ...bookmark('b'), errors },
        ],
        (response) => response.end(),
      ),
      streams([event('b')]),
    )
    const deliveries = await take(2, createTimedClient({ url }, times).watch())
    expect(deliveries).toEqual([
      { cursor: 'a', event: { id: 'a' }, errors },
      { cursor: 'b', event: { id: 'b' } },
    ])
  })
})

describe('a watch ends at once, and closes its connection,', () => {
  const startOpen = async (results = [bookmark('a'), event('b'), event('c')]) => {
    let open = 0
    const server = await startScriptedServer(
      streams(results, (response) => {
        open++
        response.once('close', () => open--)
      }),
    )
    return { ...server, closed: () => eventually(() => expect(open).toBe(0)) }
  }

  it('by a break', async () => {
    const { url, closed, received } = await startOpen()
    await take(1, createTimedClient({ url }, times).watch())
    await closed()
    expect(received).toHaveLength(1)
  })

  it('by its signal: while nothing comes, with what has come unread, and before it begins', async () => {
    const { url, closed, received } = await startOpen()
    const client = createTimedClient({ url }, times)
    const waiting = new AbortController()
    const deliveries = client.watch({ signal: waiting.signal })
    for (let count = 0; count < 3; count++) await deliveries.next()
    const last = deliveries.next()
    waiting.abort()
    expect(await last).toEqual({ done: true, value: undefined })
    await closed()

    const unread = new AbortController()
    const seen: string[] = []
    for await (const { cursor } of client.watch({ signal: unread.signal })) {
      seen.push(cursor)
      unread.abort()
    }
    expect(seen).toEqual(['a'])
    await closed()

    expect(await take(9, client.watch({ signal: AbortSignal.abort() }))).toEqual([])
    expect(received).toHaveLength(2)
  })
})
