import { pino } from 'pino'
import { connect, type DatabaseAddress } from '../../src/database/database.ts'
import { EventFeed } from '../../src/events/feed.ts'
import type { Origin } from '../../src/events/record-events.ts'
import { startOrdering } from '../../src/events/start-ordering.ts'
import type { Events } from '../../src/events/watch-events.ts'

/** Who changes something in a test that is not about who does. */
export const byTest: Origin = { actor: 'test', requestId: null }

/** What puts the events of a database in order and tells of them, on connections of its own. */
export async function openEvents(address: DatabaseAddress, { quiet = 30, poll = 2 } = {}) {
  const log = pino({ level: 'silent' })
  const database = connect(address, { pool: 2, statementTimeout: 5 })
  const ordering = startOrdering({ database, log, poll })
  const feed = await EventFeed.open({ database, log, poll })
  const close = async () => {
    await Promise.all([ordering.close(), feed.close()])
    await database.close()
  }
  return { events: { ordering, feed, quiet } satisfies Events, close }
}

/** The same from the first time on that somebody looks at the history: most tests never do. */
export function openEventsLater(address: DatabaseAddress): { events: Events; close(): Promise<void> } {
  let opening: ReturnType<typeof openEvents> | undefined
  let opened: Awaited<ReturnType<typeof openEvents>> | undefined
  const open = async () => {
    opening ??= openEvents(address)
    opened = await opening
    return opened.events
  }
  const events: Events = {
    ordering: {
      changed: () => opened?.events.ordering.changed(),
      settled: async () => (await open()).ordering.settled(),
    },
    feed: {
      join: async (member) => (await open()).feed.join(member),
      leave: (mailbox) => opened?.events.feed.leave(mailbox),
      get position() {
        return opened?.events.feed.position ?? 0n
      },
    },
    quiet: 30,
  }
  return { events, close: async () => (await opening)?.close() }
}
