import type { AccountScope } from '../database/account-scope.ts'
import type { Bond } from '../database/bond.ts'
import type { EventRow } from '../database/tables.ts'
import { readPage } from '../resources/list.ts'
import { maximumSize } from '../resources/page.ts'
import { type EventFilter, eventMatcher } from './event-filter.ts'
import type { EventFeed } from './feed.ts'
import { findHistory } from './history.ts'
import { eventCursor, listEvents, readEventCursor, refuseExpired } from './list-events.ts'
import type { Ordering } from './start-ordering.ts'

/** What events are read with. */
export interface Events {
  ordering: Pick<Ordering, 'changed' | 'settled'>
  feed: Pick<EventFeed, 'join' | 'leave' | 'position'>
  /** Seconds without an event after which a watcher gets a bookmark, if there is anything new to tell of. */
  quiet: number
}

export interface Watch {
  /** Left out: from now on. */
  after?: string | null | undefined
  filter?: EventFilter | null | undefined
}

/** An event; or null, a bookmark: nothing that matches lies between the last cursor and this one. */
export interface Delivery {
  cursor: string
  event: EventRow | null
}

/**
 * Follows the history of an account from a cursor on, without an end. It begins with a bookmark; then come the events, each
 * once and in their order. Bookmarks also come on the way through a long history, and in quiet times, so that the cursor of
 * a watcher for whom nothing comes does not expire. No more events are held than the reader takes. Throws BAD_USER_INPUT
 * and CURSOR_EXPIRED; later it ends with the reason of a bond that breaks, or with CURSOR_EXPIRED where events that it has
 * not told of were deleted.
 */
export async function watchEvents(
  scope: AccountScope,
  events: Events,
  { after, filter }: Watch,
  bond: Bond,
): Promise<AsyncGenerator<Delivery, void>> {
  listEvents({ filter }) // refused before anything is read
  await events.ordering.settled()
  const history = await findHistory(scope)
  const from = after == null ? history.lastId : readEventCursor(after, 'after', history)
  return deliveries(scope, events, { from, lastId: history.lastId, filter: filter ?? {} }, bond)
}

/** Events of all accounts that a page may lie among: where few match, no statement looks through a whole history. */
const stretch = 100_000n

async function* deliveries(
  scope: AccountScope,
  { feed, quiet }: Events,
  { from, lastId, filter }: { from: bigint; lastId: bigint; filter: EventFilter },
  bond: Bond,
): AsyncGenerator<Delivery, void> {
  let at = from
  const bookmark = (): Delivery => ({ cursor: eventCursor(at), event: null })
  const member = { accountId: scope.accountId, wants: eventMatcher(filter) }
  async function* deliver(events: readonly EventRow[]): AsyncGenerator<Delivery, void> {
    for (const event of events) {
      if (event.id <= at) continue
      at = event.id
      yield { cursor: eventCursor(at), event }
      bond.throwIfBroken()
    }
  }
  /** What lies behind is read from the database, page by page as the reader takes it. */
  async function* catchUp(until: bigint): AsyncGenerator<Delivery, void> {
    while (at < until) {
      const end = at + stretch < until ? at + stretch : until
      const { rows, hasNextPage } = await readBetween(scope, at, end, filter)
      yield* deliver(rows)
      if (hasNextPage || at === end) continue
      at = end // nothing else matches up to there
      yield bookmark()
      bond.throwIfBroken()
    }
  }
  yield bookmark()
  // What a mailbox has dropped lies before the position of the feed.
  for (let until = lastId; ; until = feed.position) {
    yield* catchUp(until)
    const mailbox = await feed.join(member)
    const place = bond.add(mailbox)
    try {
      yield* catchUp(mailbox.start)
      for (;;) {
        const event = await mailbox.next(quiet)
        if (event === 'behind') break
        if (event !== 'quiet') yield* deliver([event])
        else if (feed.position > at) {
          at = feed.position
          yield bookmark()
        }
      }
    } finally {
      bond.remove(place)
      feed.leave(mailbox)
    }
  }
}

/** A page of what comes after one event, up to another. Throws CURSOR_EXPIRED where some of it was deleted before. */
async function readBetween(scope: AccountScope, start: bigint, end: bigint, filter: EventFilter) {
  const [after, before] = [eventCursor(start), eventCursor(end + 1n)]
  const page = await readPage(scope, listEvents({ first: maximumSize, after, before, filter }))
  refuseExpired(start, 'the cursor', await findHistory(scope))
  return page
}
