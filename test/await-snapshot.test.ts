import { describe, expect, it } from 'vitest'
import { Unauthenticated } from '../src/auth/unauthenticated.ts'
import { Mailbox } from '../src/events/mailbox.ts'
import type { Events } from '../src/events/watch-events.ts'
import { canReach, type SnapshotState, snapshotStates } from '../src/resources/lifecycle.ts'
import { StorageError } from '../src/storage/driver.ts'
import { eventually } from './support/eventually.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'
import { listening } from './support/streams.ts'
import { createWorkbench } from './support/worker.ts'

const { database, gateway, work, take, act } = await createWorkbench()
const make = rowMaker(database)
const volume = await make.volume()

const query = `query ($id: ID!, $until: [SnapshotState!], $seconds: Int! = 10) {
  awaitSnapshot(id: $id, until: $until, timeoutSeconds: $seconds) {
    __typename
    ... on Snapshot { id state transitioning }
    ... on UserError { message code }
    ... on NotFoundError { id }
    ... on StateUnreachableError { snapshot { id state transitioning } }
    ... on WaitTimedOutError { snapshot { id state transitioning } }
  }
}`
type Wait = { until?: SnapshotState[] | string[] | null; seconds?: number }
const ask = (id: string, wait: Wait = {}, by = gateway) => by.query(query, { id, ...wait })
const wait = async (id: string, wait: Wait = {}) => {
  const { data, errors } = await ask(id, wait)
  expect(errors).toBeUndefined()
  return data.awaitSnapshot
}
/** Resolves when another wait has looked at its snapshot since. */
const looked = () => {
  const looks = () => database.statements.filter((text) => /from "snapshot" where .*any\(/.test(text)).length
  const before = looks()
  return () => eventually(() => expect(looks()).toBeGreaterThan(before))
}

describe('a snapshot is waited for', () => {
  it('until nothing is under way', async () => {
    const { driver } = await work()
    const id = await take()
    const begun = looked()
    const waiting = wait(id)
    await begun()
    await (await driver.next()).succeed()
    expect(await waiting).toEqual({ __typename: 'Snapshot', id, state: 'CREATED', transitioning: 'NO' })
    expect(await wait(id, { until: null })).toMatchObject({ state: 'CREATED' })
  })

  it('also where that is because it has failed', async () => {
    const { driver } = await work()
    const id = await take()
    const waiting = wait(id)
    ;(await driver.next()).fail(new StorageError('FAILED', 'no', { retryable: false }))
    expect(await waiting).toMatchObject({ __typename: 'Snapshot', state: 'CREATING', transitioning: 'ERROR' })
  })

  it('until it comes into a state, from one in which nothing is under way', async () => {
    const { driver } = await work()
    const id = `1s${await make.snapshot(volume, { checksum: 'c', size_bytes: 1 })}`
    const waiting = wait(id, { until: ['BACKED_UP'] })
    await act('backupSnapshot', id)
    await (await driver.next()).succeed()
    expect(await waiting).toMatchObject({ __typename: 'Snapshot', state: 'BACKED_UP' })
  })

  it('and is answered at once where it is in one of them', async () => {
    const id = `1s${await make.snapshot(volume, { transitioning: 'error', transitioning_message: 'failed' })}`
    expect(await wait(id, { until: ['REMOVED', 'CREATED'] })).toMatchObject({
      __typename: 'Snapshot',
      state: 'CREATED',
      transitioning: 'ERROR',
    })
  })

  it('a state that it only passes through counts, as it is now: but none from before', async () => {
    const id = `1s${await make.snapshot(volume, { state: 'backed-up' })}`
    await database.client`insert into snapshot_event_outbox (account_id, snapshot_id, volume_id, kind, to_state, transitioning)
      values (1, ${id.slice(2)}, 1, 'transition', 'created', 'no')`
    const begun = looked()
    const waiting = wait(id, { until: ['CREATED'], seconds: 5 })
    await begun()
    // There and on again in one transaction, as nobody could see by looking.
    await database.client`with events as (
      insert into snapshot_event_outbox (account_id, snapshot_id, volume_id, kind, to_state, transitioning)
      values (1, ${id.slice(2)}, 1, 'transition', 'created', 'no'), (1, ${id.slice(2)}, 1, 'transition', 'removing', 'yes'))
      update snapshot set state = 'removing', transitioning = 'yes', run_after = now(), deadline = now() + interval '1 h'
      where id = ${id.slice(2)}`
    expect(await waiting).toMatchObject({
      __typename: 'Snapshot',
      state: 'REMOVING',
      transitioning: 'YES',
    })
  })

  it.each<[string, Wait, boolean]>([
    ['after it fell behind', { until: ['CREATED'] }, true],
    ['after it fell behind, also where any will do that is at rest', {}, true],
    ['when its time is over', { until: ['CREATED'], seconds: 1 }, false],
  ])('a state counts also where its event was not handed on: %s', async (_, wait, fallsBehind) => {
    const id = `1s${await make.snapshot(volume, { state: 'backing-up', transitioning: 'yes' })}`
    const mailboxes: Mailbox[] = []
    const feed: Events['feed'] = {
      position: 0n,
      join: async ({ accountId }) => {
        const mailbox = new Mailbox({ accountId, wants: () => false }, 0n)
        mailboxes.push(mailbox)
        return mailbox
      },
      leave: () => {},
    }
    const deaf = createTestGateway({ ...database, events: { ...database.events, feed } })
    const begun = looked()
    const waiting = ask(id, wait, deaf)
    await begun()
    // It comes back to where it was, from which it may come there again.
    await database.client`
      insert into snapshot_event_outbox (account_id, snapshot_id, volume_id, kind, to_state, transitioning)
      values (1, ${id.slice(2)}, 1, 'transition', 'created', 'no'), (1, ${id.slice(2)}, 1, 'transition', 'backing-up', 'yes')`
    if (fallsBehind) for (const mailbox of mailboxes) mailbox.fallBehind()
    expect((await waiting).data.awaitSnapshot).toMatchObject({ __typename: 'Snapshot', state: 'BACKING_UP' })
  })

  it('by whoever may read it, and by several at a time', async () => {
    const { driver } = await work()
    const id = await take()
    const viewer = gateway.as('VIEWER')
    const waiting =
      viewer.query(`{ a: awaitSnapshot(id: "${id}") { __typename } b: awaitSnapshot(id: "${id}", until: [CREATING]) { __typename }
      c: awaitSnapshot(id: "${id}", until: [BACKED_UP], timeoutSeconds: 1) { __typename } }`)
    await (await driver.next()).succeed()
    expect((await waiting).data).toEqual({
      a: { __typename: 'Snapshot' },
      b: { __typename: expect.stringMatching(/Snapshot|StateUnreachableError/) },
      c: { __typename: 'WaitTimedOutError' },
    })
  })

  it('on one gateway, while its work is done on another', async () => {
    const { driver } = await work()
    const url = await listening(createTestGateway(database))
    const id = await take()
    const answer = fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { id } }),
    })
    await (await driver.next()).succeed()
    expect((await (await answer).json()).data.awaitSnapshot).toMatchObject({ state: 'CREATED' })
  })
})

describe('a snapshot is waited for in vain', () => {
  it('where it has failed in a state that was not asked for', async () => {
    const { driver } = await work()
    const id = await take()
    const waiting = wait(id, { until: ['CREATED', 'BACKED_UP'] })
    ;(await driver.next()).fail(new StorageError('FAILED', 'no', { retryable: false }))
    expect(await waiting).toEqual({
      __typename: 'StateUnreachableError',
      code: 'STATE_UNREACHABLE',
      message: 'its last transition failed, in state CREATING',
      snapshot: { id, state: 'CREATING', transitioning: 'ERROR' },
    })
  })

  it('where no path leads there any more', async () => {
    const id = `1s${await make.snapshot(volume)}`
    const waiting = wait(id, { until: ['BACKED_UP'] })
    await act('removeSnapshot', id)
    expect(await waiting).toMatchObject({
      code: 'STATE_UNREACHABLE',
      message: 'from state REMOVING it cannot come to BACKED_UP',
      snapshot: { state: 'REMOVING' },
    })
    expect(await wait(id, { until: ['REQUESTED', 'CREATING'] })).toMatchObject({
      message: 'from state REMOVING it cannot come to REQUESTED or CREATING',
    })
  })

  it('where it takes too long: then it may be waited for again', async () => {
    const id = await take()
    expect(await wait(id, { seconds: 1 })).toEqual({
      __typename: 'WaitTimedOutError',
      code: 'TIMED_OUT',
      message: 'after 1 s work is still under way',
      snapshot: { id, state: 'REQUESTED', transitioning: 'YES' },
    })
  })

  it.each(['1s999999', '1v1', 'x', ''])('where %s is no snapshot of the account', async (id) => {
    expect(await wait(id)).toEqual({
      __typename: 'NotFoundError',
      code: 'NOT_FOUND',
      message: 'there is no snapshot with this id',
      id,
    })
  })

  it.each<[string, Wait]>([
    ['a timeout of 0 s', { seconds: 0 }],
    ['a timeout of 601 s', { seconds: 601 }],
    ['a timeout below 0', { seconds: -1 }],
    ['no state at all', { until: [] }],
    ['a state that is none', { until: ['DONE'] }],
  ])('with %s, which is BAD_USER_INPUT', async (_, wait) => {
    const { errors } = await ask('1s1', wait)
    expect(errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT'])
  })
})

describe('a wait', () => {
  it('holds no connection of the database, and is not cut by the time that a request has', async () => {
    const { driver } = await work()
    const id = await take()
    const call = await driver.next()
    const patient = createTestGateway(database, { requestTimeout: 2 })
    const waiting = ask(id, { seconds: 30 }, patient)
    await eventually(async () =>
      expect((await gateway.data('{ viewer { role } }')).viewer.role).toBe('ADMIN'),
    )
    const start = performance.now()
    await eventually(() => {
      expect(performance.now() - start).toBeGreaterThan(3000)
      expect(database.use.inUse()).toBe(0)
    })
    await call.succeed()
    expect(await waiting).toMatchObject({ data: { awaitSnapshot: { state: 'CREATED' } } })
  })

  it('is not cut with its connection, which is silent meanwhile, by another of the request that ends', async () => {
    const id = await take()
    const url = await listening(createTestGateway(database, { receiveTimeout: 2, requestTimeout: 2 }))
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `{ a: awaitSnapshot(id: "${id}", timeoutSeconds: 1) { __typename } b: awaitSnapshot(id: "${id}", timeoutSeconds: 6) { __typename } }`,
      }),
    })
    const timedOut = { __typename: 'WaitTimedOutError' }
    expect(await answer.json()).toEqual({ data: { a: timedOut, b: timedOut } })
  })

  it('is not answered to whom is not let in any more', async () => {
    let isLetIn = true
    const authenticate = () => {
      if (!isLetIn) throw new Unauthenticated('no more', { challenge: 'Basic', reason: null })
      return { scope: database.scope, role: 'ADMIN' as const, actor: 'x', name: 'x' }
    }
    const { driver } = await work()
    const id = await take()
    const call = await driver.next()
    const begun = looked()
    const answer = ask(id, {}, createTestGateway(database, { authenticate }))
    await begun()
    isLetIn = false
    await call.succeed()
    const { data, errors } = await answer
    expect([data.awaitSnapshot, errors?.map(({ extensions }) => extensions.code)]).toEqual([
      null,
      ['UNAUTHENTICATED'],
    ])
  })

  it('is one of at most 10 of a request', async () => {
    const id = await take()
    const fields = Array.from(
      { length: 11 },
      (_, n) => `w${n}: awaitSnapshot(id: "${id}", timeoutSeconds: 1) { __typename }`,
    )
    const { data, errors } = await gateway.query(`{ ${fields.join(' ')} }`)
    expect(errors).toMatchObject([{ path: ['w10'], extensions: { code: 'TOO_COSTLY' } }])
    expect(Object.values(data).filter((answer) => answer !== null)).toHaveLength(10)
  })

  it('is one of at most 100 of a caller', async () => {
    const id = await take()
    const { driver } = await work()
    const call = await driver.next()
    const document = `{ ${Array.from({ length: 10 }, (_, n) => `w${n}: awaitSnapshot(id: "${id}") { __typename }`).join(' ')} }`
    const waiting = Array.from({ length: 11 }, () => gateway.query(document))
    const refused = await Promise.race(waiting)
    expect(new Set(refused.errors?.map(({ extensions }) => extensions.code))).toEqual(new Set(['TOO_COSTLY']))
    await call.succeed()
    const answers = await Promise.all(waiting)
    expect(answers.filter(({ errors }) => errors)).toHaveLength(1)
    expect((await gateway.query(document)).errors).toBeUndefined()
  })

  it('ends at a stop, which it does not hold up, also where it cannot begin', async () => {
    const id = await take()
    const stopping = createTestGateway(database)
    const begun = looked()
    const url = await listening(stopping)
    const answer = fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { id, seconds: 600 } }),
    })
    await begun()
    const since = performance.now()
    const locked = database.client.begin(async (sql) => {
      await sql`select from event_history for update`
      await database.client`insert into snapshot_event_outbox (account_id, snapshot_id, volume_id, kind, to_state, transitioning)
        values (1, 1, 1, 'update', 'created', 'no')` // that there is something to wait for
      const late = fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query, variables: { id, seconds: 600 } }),
      })
      await eventually(async () => {
        const waiting = await sql`select from pg_locks where not granted`
        expect(waiting.length).toBeGreaterThan(0)
      })
      await stopping.server.close()
      return (await late).json()
    })
    expect(await locked).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
    expect(await (await answer).json()).toMatchObject({ errors: [{ extensions: { code: 'UNAVAILABLE' } }] })
    expect(performance.now() - since).toBeLessThan(4500) // of the five seconds that requests have
  })
})

describe('the states that one can come to', () => {
  // As semantics.md's table has them, written down apart.
  const after: Record<SnapshotState, SnapshotState[]> = {
    requested: ['requested', 'creating', 'created', 'backing-up', 'backed-up', 'removing', 'removed'],
    creating: ['creating', 'created', 'backing-up', 'backed-up', 'removing', 'removed'],
    created: ['created', 'backing-up', 'backed-up', 'removing', 'removed'],
    'backing-up': ['created', 'backing-up', 'backed-up', 'removing', 'removed'],
    'backed-up': ['created', 'backing-up', 'backed-up', 'removing', 'removed'],
    removing: ['removing', 'removed'],
    removed: ['removed'],
  }
  it.each(snapshotStates)('from %s', (state) => {
    expect(snapshotStates.filter((wanted) => canReach(state, new Set([wanted])))).toEqual(after[state])
  })
})
