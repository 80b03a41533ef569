import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventMatcher } from '../src/events/event-filter.ts'
import { eventKinds } from '../src/events/event-kinds.ts'
import { expireEvents } from '../src/events/expire-events.ts'
import { eventCursor, listEvents } from '../src/events/list-events.ts'
import { snapshotStates } from '../src/resources/lifecycle.ts'
import { readPage } from '../src/resources/list.ts'
import { StorageError } from '../src/storage/driver.ts'
import { createTestGateway } from './support/gateway.ts'
import { assertHistory } from './support/history.ts'
import { createWorkbench } from './support/worker.ts'

const { database, gateway, work, take, act, reaches, rowOf } = await createWorkbench()
const { client } = database
vi.spyOn(Math, 'random').mockReturnValue(0.999) // a retry is due when the test says so
afterAll(() => vi.restoreAllMocks())

const fields = `id kind at snapshotId volumeId from to transitioning message attempt actor requestId
  snapshot { id state }`
const historyOf = async (id: string) => {
  const { snapshot } = await gateway.data(
    `query ($id: ID!) { snapshot(id: $id) { events(first: 100) { nodes { ${fields} } } } }`,
    { id },
  )
  return snapshot.events.nodes
}
const told = async (id: string) =>
  (await historyOf(id)).map(
    ({ kind, from, to, transitioning, message, attempt, actor }: Record<string, unknown>) =>
      [kind, from, to, transitioning, message, attempt, actor].map((value) => value ?? '-').join(' | '),
  )

describe('the history of a snapshot', () => {
  it('has all that happens to it, from its acceptance to its removal', async () => {
    const { driver } = await work()
    const id = await take()
    await (await driver.next()).succeed()
    await reaches(id, { state: 'CREATED' })
    await gateway.data(
      'mutation ($id: ID!) { updateSnapshot(input: { id: $id, name: "new" }) { __typename } }',
      { id },
    )
    await act('backupSnapshot', id)
    ;(await driver.next()).fail(new StorageError('FAILED', 'the disk is gone', { retryable: true }))
    await reaches(id, { transitioningMessage: 'attempt 1 of 10: the disk is gone' })
    await client`update snapshot set run_after = now() where id = ${id.slice(2)}`
    ;(await driver.next()).fail(new StorageError('FAILED', 'it is lost', { retryable: false }))
    await reaches(id, { state: 'CREATED', transitioning: 'ERROR' })
    await act('backupSnapshot', id)
    await (await driver.next()).succeed()
    await reaches(id, { state: 'BACKED_UP' })
    const { snapshot } = await gateway.data(`{ snapshot(id: "${id}") { backup { id } } }`)
    await act('removeBackup', snapshot.backup.id)
    await (await driver.next()).succeed()
    await act('removeSnapshot', id)
    ;(await driver.next()).fail(new StorageError('FAILED', 'no right', { retryable: false }))
    await reaches(id, { state: 'REMOVING', transitioning: 'ERROR' })
    await act('removeSnapshot', id)
    await (await driver.next()).succeed()
    await reaches(id, { state: 'REMOVED' })
    await assertHistory(client, id)
    expect(await told(id)).toEqual([
      'TRANSITION | - | REQUESTED | YES | Waiting for a worker | - | test',
      'TRANSITION | REQUESTED | CREATING | YES | Writing the archive | 1 | -',
      'TRANSITION | CREATING | CREATED | NO | - | 1 | -',
      'UPDATE | CREATED | CREATED | NO | - | - | test',
      'TRANSITION | CREATED | BACKING_UP | YES | Waiting for a worker | - | test',
      'RETRY | BACKING_UP | BACKING_UP | YES | attempt 1 of 10: the disk is gone | 1 | -',
      'FAILURE | BACKING_UP | CREATED | ERROR | it is lost | 2 | -',
      'TRANSITION | CREATED | BACKING_UP | YES | Waiting for a worker | - | test',
      'TRANSITION | BACKING_UP | BACKED_UP | NO | - | 1 | -',
      'TRANSITION | BACKED_UP | CREATED | NO | - | - | test',
      'TRANSITION | CREATED | REMOVING | YES | Waiting for a worker | - | test',
      'FAILURE | REMOVING | REMOVING | ERROR | no right | 1 | -',
      'TRANSITION | REMOVING | REMOVING | YES | Waiting for a worker | - | test',
      'TRANSITION | REMOVING | REMOVED | NO | - | 1 | -',
    ])
  })

  it('says that a removal cancels what is under way', async () => {
    const { driver } = await work()
    const id = await take()
    const call = await driver.next()
    await act('removeSnapshot', id)
    call.fail(new StorageError('ABORTED', 'stopped', { retryable: true }))
    await (await driver.next()).succeed()
    await reaches(id, { state: 'REMOVED' })
    await assertHistory(client, id)
    expect((await told(id)).slice(2)).toEqual([
      'CANCEL | CREATING | REMOVING | YES | Waiting for the cancelled work to stop | - | test',
      'TRANSITION | REMOVING | REMOVED | NO | - | 1 | -',
    ])
  })

  it('says that an attempt has ended without a word, once its lease has run out', async () => {
    const id = await take()
    await client`update snapshot set state = 'creating', attempt = 3, lease_token = gen_random_uuid(),
      lease_expires = now() - interval '1 s', run_after = now() - interval '1 s' where id = ${id.slice(2)}`
    const { driver } = await work()
    await (await driver.next()).succeed()
    await reaches(id, { state: 'CREATED' })
    expect((await told(id)).slice(1, 2)).toEqual([
      'RETRY | CREATING | CREATING | YES | attempt 3 of 10: ended without a result | 3 | -',
    ])
  })

  it('ends with a failure, not with another try, where the last of all attempts ended without a word', async () => {
    const id = await take()
    await client`update snapshot set state = 'creating', attempt = 10, lease_token = gen_random_uuid(),
      lease_expires = now() - interval '1 s', run_after = now() - interval '1 s' where id = ${id.slice(2)}`
    await work()
    await reaches(id, { state: 'CREATING', transitioning: 'ERROR' })
    expect((await told(id)).slice(1)).toEqual([
      'FAILURE | CREATING | CREATING | ERROR | gave up after 10 attempts: each ended without a result; did the worker crash? | 10 | -',
    ])
  })

  it('has nothing of what was refused, or answered from its key', async () => {
    const id = await take()
    await act('backupSnapshot', id)
    await gateway.data(`mutation { updateSnapshot(input: { id: "${id}" }) { __typename } }`) // to nothing
    const update = `mutation { updateSnapshot(input: { id: "${id}", name: "once", idempotencyKey: "${id}" }) { __typename } }`
    await gateway.data(update)
    await gateway.data(update)
    expect(await told(id)).toEqual([
      'TRANSITION | - | REQUESTED | YES | Waiting for a worker | - | test',
      'UPDATE | REQUESTED | REQUESTED | YES | Waiting for a worker | - | test',
    ])
  })

  it('has each event with who and what it is about, and so has node', async () => {
    const server = createTestGateway(database, { headers: { 'x-request-id': 'the-request' } })
    const { createSnapshot } = await server.data(
      'mutation { createSnapshot(input: { volumeId: "1v1" }) { ... on Snapshot { id created } } }',
    )
    const [event] = await historyOf(createSnapshot.id)
    expect(event).toMatchObject({
      id: expect.stringMatching(/^1se[1-9]\d*$/),
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      snapshotId: createSnapshot.id,
      volumeId: '1v1',
      requestId: 'the-request',
      snapshot: { id: createSnapshot.id, state: 'REQUESTED' },
    })
    const { node } = await gateway.data(`{ node(id: "${event.id}") { id ... on SnapshotEvent { at } } }`)
    expect(node).toEqual({ id: event.id, at: event.at })
    expect(
      await createTestGateway(database, { accountId: 2n }).data(`{ node(id: "${event.id}") { id } }`),
    ).toEqual({
      node: null,
    })
  })
})

describe('the history of an account', () => {
  const page = async (rest: string, variables: Record<string, unknown> = {}) =>
    gateway.query(
      `query ($filter: SnapshotEventFilter) { snapshotEvents(${rest}filter: $filter) {
        latestCursor pageInfo { hasNextPage hasPreviousPage startCursor endCursor } edges { cursor node { id } } nodes { id } } }`,
      variables,
    )
  const pageOf = async (rest: string, variables = {}) => (await page(rest, variables)).data.snapshotEvents
  const idsOf = (connection: { nodes: { id: string }[] }) => connection.nodes.map(({ id }) => id)

  it('is read in pages, forwards and backwards, oldest first', async () => {
    for (let n = 0; n < 5; n++) await take(`n${n}`)
    const all = await pageOf('first: 100, ')
    const ids = idsOf(all)
    expect(ids).toEqual([...ids].sort((a, b) => Number(a.slice(3)) - Number(b.slice(3))))
    expect(all.edges.map((edge: { node: { id: string } }) => edge.node.id)).toEqual(ids)
    const forwards = []
    for (let after = ''; ; ) {
      const { nodes, pageInfo } = await pageOf(`first: 3${after}, `)
      forwards.push(...nodes)
      if (!pageInfo.hasNextPage) break
      after = `, after: "${pageInfo.endCursor}"`
    }
    expect(forwards).toEqual(all.nodes)
    const backwards = []
    for (let before = ''; ; ) {
      const { nodes, pageInfo } = await pageOf(`last: 3${before}, `)
      backwards.unshift(...nodes)
      if (!pageInfo.hasPreviousPage) break
      before = `, before: "${pageInfo.startCursor}"`
    }
    expect(backwards).toEqual(all.nodes)
    expect(all.latestCursor).toBe(all.pageInfo.endCursor)
  })

  it('tells where it stands also where nothing matches', async () => {
    const { latestCursor, nodes } = await pageOf('', { filter: { kind: [] } })
    expect(nodes).toEqual([])
    const id = await take()
    const { snapshotEvents } = await gateway.data(
      'query ($after: String) { snapshotEvents(after: $after) { nodes { snapshotId } } }',
      { after: latestCursor },
    )
    expect(snapshotEvents.nodes).toEqual([{ snapshotId: id }])
  })

  it('of another account is its own, under cursors of this one', async () => {
    const { latestCursor } = await pageOf('')
    await take()
    const other = createTestGateway(database, { accountId: 2n })
    const { snapshotEvents } = await other.data(
      'query ($after: String) { snapshotEvents(after: $after) { nodes { id } } }',
      { after: latestCursor },
    )
    expect(snapshotEvents.nodes).toEqual([])
  })

  it('takes no cursor that is none, or of another list, or ahead of it', async () => {
    const { snapshots } = await gateway.data('{ snapshots(first: 1) { pageInfo { endCursor } } }')
    for (const cursor of ['', 'x', snapshots.pageInfo.endCursor, eventCursor(10n ** 12n)])
      for (const side of ['after', 'before'])
        expect(await page(`${side}: "${cursor}", `)).toMatchObject({
          data: { snapshotEvents: null },
          errors: [{ extensions: { code: 'BAD_USER_INPUT' } }],
        })
  })

  it.each(['snapshotId', 'volumeId'])('takes at most 1000 entries of %s', async (name) => {
    const ids = Array.from({ length: 1001 }, (_, n) => `1s${n + 1}`)
    expect((await page('', { filter: { [name]: ids.slice(1) } })).errors).toBeUndefined()
    expect((await page('', { filter: { [name]: ids } })).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
  })

  it('is filtered as whoever watches filters it', async () => {
    await client`insert into snapshot_event (account_id, id, snapshot_id, volume_id, kind, to_state, transitioning)
      select 1, 100000 + n, 1 + n % 3, 1 + n % 2, (array['transition', 'retry', 'failure', 'cancel', 'update'])[1 + n % 5],
        (array['requested', 'creating', 'created', 'backing-up', 'backed-up', 'removing', 'removed'])[1 + n % 7], 'no'
      from generate_series(1, 80) as n`
    await client`update event_history set last_id = 100080`
    const after = eventCursor(100_000n)
    const readAll = async (filter: object) =>
      (await readPage(database.scope, listEvents({ first: 100, after, filter }))).rows
    const all = await readAll({})
    expect(all).toHaveLength(80)
    const some = <T>(...values: T[]) => fc.option(fc.array(fc.constantFrom(...values), { maxLength: 4 }))
    const filters = fc.record(
      {
        snapshotId: some('1s1', '1s2', '1s3', '1s4', '1v1', 'x'),
        volumeId: some('1v1', '1v2', '1v3', '1s1', ''),
        to: some(...snapshotStates),
        kind: some(...eventKinds),
      },
      { requiredKeys: [] },
    )
    const ofEvents = ({ id }: { id: bigint }) => id
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        expect((await readAll(filter)).map(ofEvents)).toEqual(all.filter(eventMatcher(filter)).map(ofEvents))
      }),
      { numRuns: 60 },
    )
  })
})

describe('events that are older than EVENT_RETENTION', () => {
  let before: string
  let kept: string
  beforeAll(async () => {
    const id = await take()
    const latest = async () =>
      (await gateway.data('{ snapshotEvents { latestCursor } }')).snapshotEvents.latestCursor
    before = await latest()
    await take()
    await latest()
    await client`update snapshot_event set at = now() - interval '2 hours'`
    await expireEvents(database.handle, 3600, new AbortController().signal)
    kept = await latest()
    await gateway.data(`mutation { updateSnapshot(input: { id: "${id}", name: "late" }) { __typename } }`)
  })

  it('are gone, and those after them stay', async () => {
    const { snapshotEvents } = await gateway.data('{ snapshotEvents { nodes { kind } } }')
    expect(snapshotEvents.nodes).toEqual([{ kind: 'UPDATE' }])
  })

  it('are missed by a cursor before them, which is CURSOR_EXPIRED, and by none after', async () => {
    const query = 'query ($after: String) { snapshotEvents(after: $after) { nodes { kind } } }'
    expect(await gateway.query(query, { after: before })).toMatchObject({
      data: { snapshotEvents: null },
      errors: [{ path: ['snapshotEvents'], extensions: { code: 'CURSOR_EXPIRED' } }],
    })
    expect(await gateway.data(query, { after: kept })).toEqual({
      snapshotEvents: { nodes: [{ kind: 'UPDATE' }] },
    })
  })

  it('leave the rows of their snapshots as they are', async () => {
    expect(await rowOf('1s1')).toMatchObject({ id: '1' })
  })
})
