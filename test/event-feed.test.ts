import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Bond } from '../src/database/bond.ts'
import type { PoolHandle } from '../src/database/handle.ts'
import { EventFeed } from '../src/events/feed.ts'
import { readHistory } from '../src/events/history.ts'
import { watchEvents } from '../src/events/watch-events.ts'
import { eventChannel } from '../src/resources/channels.ts'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'

const database = await createTestDatabase()
const { ordering } = database.events
const all = { accountId: 1n, wants: () => true }

/** Events, in the history. */
async function insert(count: number) {
  await database.client`
    insert into snapshot_event_outbox (account_id, snapshot_id, volume_id, kind, to_state, transitioning)
    select 1, 1, 1, 'update', 'created', 'no' from generate_series(1, ${count}::int)`
  await ordering.settled()
}

/** The same, without a word to anybody. */
const insertSilently = (count: number) => database.client`
  with history as (update event_history set last_id = last_id + ${count} returning last_id)
  insert into snapshot_event (account_id, id, snapshot_id, volume_id, kind, to_state, transitioning)
  select 1, last_id - ${count} + n, 1, 1, 'update', 'created', 'no' from history, generate_series(1, ${count}::int) as n`

type Run = PoolHandle['run']
const run: Run = (...args) => database.handle.run(...args)
/** A feed whose statements go through `run`, woken by notifications alone. */
async function openFeed(run: Run) {
  const { client } = database
  const log = pino({ level: 'silent' })
  const feed = await EventFeed.open({ database: { handle: { run } as PoolHandle, client }, log, poll: 1000 })
  onTestFinished(() => feed.close())
  return feed
}

describe('the feed', () => {
  let begunTwice = 0
  it.each([0, 1, 2, 3, 4, 5, 6])('keeps its place for those who join it %i turns apart', async (turns) => {
    let [begins, reads] = [0, 0]
    let joinAnother = () => {}
    const feed = await openFeed((async (statement, ...rest) => {
      if ((statement as unknown) !== readHistory) {
        const found = await run(statement, ...rest)
        reads++
        return found
      }
      if (++begins === 2) {
        await eventually(() => expect(reads).toBeGreaterThan(0))
        await insertSilently(3)
      }
      const found = await run(statement, ...rest)
      let left = turns
      const turn = () => (left-- > 0 ? queueMicrotask(turn) : joinAnother())
      if (begins === 1) queueMicrotask(turn)
      return found
    }) as Run)
    const another = new Promise((resolve) => {
      joinAnother = () => resolve(feed.join(all))
    })
    const first = await feed.join(all)
    await another
    await insert(2)
    expect(await first.next(5)).toMatchObject({ id: first.start + 1n })
    begunTwice += begins - 1
  })

  it('was made to begin twice by some of these', () => {
    expect(begunTwice).toBeGreaterThan(0)
  })

  it('reads no further once nobody watches', async () => {
    let reads = 0
    let leave = () => {}
    const feed = await openFeed((async (statement, ...rest) => {
      const found = await run(statement, ...rest)
      if ((statement as unknown) !== readHistory && found.length > 0) {
        reads++
        leave()
      }
      return found
    }) as Run)
    const mailbox = await feed.join(all)
    leave = () => feed.leave(mailbox)
    await insertSilently(4000)
    await database.client.notify(eventChannel, '')
    await eventually(() => expect(reads).toBe(1))
    // Whoever comes now waits for no more than the page that was under way, and begins behind all.
    const next = await feed.join(all)
    expect(next.start).toBe(mailbox.start + 4000n)
    expect(reads).toBe(1)
  })

  it('that is behind repeats nothing to a watcher who is ahead of it', async () => {
    let hold: Promise<void> | null = null
    const feed = await openFeed((async (statement, ...rest) => {
      if ((statement as unknown) !== readHistory) await hold
      return run(statement, ...rest)
    }) as Run)
    const { start } = await feed.join(all)
    let release = () => {}
    hold = new Promise((resolve) => {
      release = resolve
    })
    await insert(5)
    const bond = new Bond()
    onTestFinished(() => bond.break(new Error('the test is over')))
    const watched = await watchEvents(database.scope.until(bond), { ordering, feed, quiet: 30 }, {}, bond)
    const first = await watched.next()
    expect(first.value).toMatchObject({ event: null })
    const second = watched.next()
    await insert(1)
    release()
    expect((await second).value).toMatchObject({ event: { id: start + 6n } })
  })
})
