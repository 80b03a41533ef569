import type { AccountScope } from '../database/account-scope.ts'
import type { Bond } from '../database/bond.ts'
import type { EventRow, SnapshotRow } from '../database/tables.ts'
import { NotFound, RequestError, WaitEnded } from '../resources/errors.ts'
import { findByIds, snapshots } from '../resources/find-by-ids.ts'
import { requireId } from '../resources/ids.ts'
import { canReach, type SnapshotState, spellState, type Transitioning } from '../resources/lifecycle.ts'
import { readPage } from '../resources/list.ts'
import { maximumSize } from '../resources/page.ts'
import { findHistory } from './history.ts'
import { eventCursor, listEvents } from './list-events.ts'
import type { Events } from './watch-events.ts'

export interface Wait {
  id: string
  /** Any of these states; null or left out: until nothing is under way. */
  until?: SnapshotState[] | null | undefined
  /** 1 to 600. */
  timeoutSeconds: number
}

/** Waits for something, for so many seconds at most. */
export type Pause = <R>(seconds: number, wait: () => Promise<R>) => Promise<R>

/** Seconds that a wait may take. */
const longest = 600

/** Checks what can be told without asking anybody. Throws BAD_USER_INPUT. */
export function checkWait({ until, timeoutSeconds }: Wait): void {
  if (timeoutSeconds < 1 || timeoutSeconds > longest)
    throw new RequestError(
      'BAD_USER_INPUT',
      `timeoutSeconds must be from 1 to ${longest}, not ${timeoutSeconds}`,
    )
  if (until?.length === 0)
    throw new RequestError(
      'BAD_USER_INPUT',
      'until must name a state, or be left out: until nothing is under way',
    )
}

/**
 * Waits until a snapshot comes into a state, and returns it as it is then. What counts are the events since the call began,
 * so that a state that it only passes through is not missed. Between them no connection to the database is held. Throws
 * NotFound; WaitEnded where the state cannot be reached any more, or is not in time; BAD_USER_INPUT; the reason of a bond
 * that breaks.
 */
export async function awaitSnapshot(
  scope: AccountScope,
  { ordering, feed }: Events,
  wait: Wait,
  { bond, pause }: { bond: Bond; pause: Pause },
): Promise<SnapshotRow> {
  checkWait(wait)
  const deadline = performance.now() + wait.timeoutSeconds * 1000
  const key = requireId('snapshot', wait.id)
  const read = async () => {
    const [row] = await findByIds(scope, snapshots, [key])
    if (!row) throw new NotFound('snapshot', wait.id)
    return row
  }
  const mailbox = await feed.join({
    accountId: scope.accountId,
    wants: ({ snapshotId }) => snapshotId === key,
  })
  const place = bond.add(mailbox)
  try {
    await ordering.settled()
    const { lastId: begin } = await findHistory(scope)
    /** By the row; and by the history, as it may have come and gone since the call began. */
    const look = async () => {
      const verdict = judge(await read(), wait)
      if (verdict === 'reached') return verdict
      await ordering.settled()
      const filter = { snapshotId: [wait.id], to: wait.until && [...new Set(wait.until)] }
      const args = { first: maximumSize, after: eventCursor(begin), filter }
      const { rows } = await readPage(scope, listEvents(args))
      return rows.some((event) => judge(standingOf(event), wait) === 'reached') ? 'reached' : verdict
    }
    let verdict = judge(await read(), wait)
    // What is still to come is told by the mailbox.
    if (verdict !== null && verdict !== 'reached') verdict = await look()
    while (verdict === null) {
      const left = (deadline - performance.now()) / 1000
      const event = left > 0 ? await pause(left, () => mailbox.next(left)) : 'quiet'
      if (event === 'behind') verdict = await look()
      // By the row, should the feed be late.
      else if (event === 'quiet') verdict = (await look()) ?? timedOut(wait)
      else if (event.id > begin) verdict = judge(standingOf(event), wait)
    }
    const now = await read()
    if (verdict === 'reached') return now
    throw new WaitEnded(verdict.code, now, verdict.reason)
  } finally {
    bond.remove(place)
    feed.leave(mailbox)
  }
}

interface Standing {
  state: SnapshotState
  transitioning: Transitioning
}

const standingOf = ({ toState, transitioning }: EventRow): Standing => ({ state: toState, transitioning })

type Verdict = 'reached' | { code: WaitEnded['code']; reason: string }

/** Null: it has to be waited on. */
function judge({ state, transitioning }: Standing, { until }: Wait): Verdict | null {
  if (until == null) return transitioning === 'yes' ? null : 'reached'
  const wanted = new Set(until)
  if (wanted.has(state)) return 'reached'
  const unreachable = (reason: string): Verdict => ({ code: 'STATE_UNREACHABLE', reason })
  if (transitioning === 'error')
    return unreachable(`its last transition failed, in state ${spellState(state)}`)
  if (!canReach(state, wanted))
    return unreachable(`from state ${spellState(state)} it cannot come to ${spellAll(until)}`)
  return null
}

function timedOut({ until, timeoutSeconds }: Wait): Verdict {
  const what = until == null ? 'work is still under way' : `it has not come to ${spellAll(until)}`
  return { code: 'TIMED_OUT', reason: `after ${timeoutSeconds} s ${what}` }
}

function spellAll(states: readonly SnapshotState[]): string {
  return new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(states.map(spellState))
}
