import type { Database } from '../database/database.ts'
import { isStatementTimeout } from '../database/sql-state.ts'
import type { Log } from '../log.ts'
import { type Running, repeat } from '../repeat.ts'
import { RequestError } from '../resources/errors.ts'
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
  let next: Promise<void> | null = null
  let isMoving = false
  /** Whether something has changed since the move that is under way began. */
  let isWanted = false
  let ended = 0
  let soon: NodeJS.Timeout | null = null

  const move = async () => {
    next = null
    isMoving = true
    try {
      await orderEvents(handle)
    } catch (error) {
      throw isStatementTimeout(error) ? busy(error) : error
    } finally {
      isMoving = false
      ended = performance.now()
      if (isWanted) changed()
    }
  }
  /** One that begins after this call; all that ask for it while another is under way share it. */
  const settled = () => {
    next ??= under.then(() => {
      const moving = move()
      under = moving.catch(() => {})
      return moving
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
  function changed(): void {
    isWanted = isMoving
    if (isMoving || soon) return
    const wait = ended + pace - performance.now()
    if (wait <= 0) void look().catch(failed)
    else
      soon = setTimeout(() => {
        soon = null
        void look().catch(failed)
      }, wait)
  }
  const polls = repeat(poll, look, failed)
  return {
    changed,
    settled,
    close: async () => {
      await polls.close()
      await under
      if (soon) clearTimeout(soon)
    },
  }
}

/** It waits for the row of the history, which somebody else has locked for long. */
function busy(cause: unknown): RequestError {
  return new RequestError('UNAVAILABLE', 'the history cannot be read now; try again soon', { cause })
}
