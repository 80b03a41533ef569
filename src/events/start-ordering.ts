import type { Database } from '../database/database.ts'
import type { Log } from '../log.ts'
import { type Running, repeat } from '../repeat.ts'
import { orderEvents } from './order-events.ts'

/** Milliseconds between two moves: under load one then moves what many have changed, and costs the less. */
const pace = 10

/** Sees to it that events come into the history. */
export interface Ordering extends Running {
  /** A snapshot has changed: its event is soon in the history. */
  changed(): void
  /** Resolves when the events of all that was committed before are in the history. */
  settled(): Promise<void>
}

export interface OrderingOptions {
  database: Pick<Database, 'handle'>
  log: Log
  /** Seconds between looks for what nobody has told of: whoever changed it is gone. */
  poll?: number
}

/** Starts it. Any number of processes may do it for a database. */
export function startOrdering({ database: { handle }, log, poll = 2 }: OrderingOptions): Ordering {
  let isAway = false
  let under: Promise<void> = Promise.resolve()
  let ended = 0
  let soon: NodeJS.Timeout | null = null
  let next: Promise<void> | null = null

  /** One that begins after this call; all that ask for it while another is under way share it. */
  const settled = () => {
    next ??= under.then(() => {
      next = null
      const run = orderEvents(handle)
      under = run
        .catch(() => {})
        .finally(() => {
          ended = performance.now()
        })
      return run
    })
    return next
  }
  const look = async () => {
    await settled()
    if (isAway) log.info({}, 'events come into the history again')
    isAway = false
  }
  const failed = (error: unknown) => {
    if (!isAway) log.error({ err: error }, 'events cannot be put into the history; it keeps trying')
    isAway = true
  }
  const polls = repeat(poll, look, failed)
  return {
    changed: () => {
      if (soon) return
      const wait = ended + pace - performance.now()
      if (wait <= 0) void look().catch(failed)
      else
        soon = setTimeout(() => {
          soon = null
          void look().catch(failed)
        }, wait)
    },
    settled,
    close: async () => {
      if (soon) clearTimeout(soon)
      await polls.close()
      await under
    },
  }
}
