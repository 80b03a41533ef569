import { type EventRow, snapshotEvent } from '../database/tables.ts'
import { decodeCursor, encodeCursor } from '../resources/cursor.ts'
import { RequestError } from '../resources/errors.ts'
import type { List } from '../resources/list.ts'
import { type Order, type PageArguments, planPage } from '../resources/page.ts'
import { type EventFilter, eventConditions } from './event-filter.ts'
import type { History } from './history.ts'

interface EventListArguments extends PageArguments {
  filter?: EventFilter | null | undefined
}

/** The one order of events: as they came into the history. */
const sequence: Order<EventRow> = {
  type: 'snapshotEvent',
  field: 'SEQUENCE',
  direction: 'ASC',
  column: null,
  idColumn: snapshotEvent.id,
  nullable: true,
  hasStart: true,
  isValue: () => false,
  hasNulls: false,
  position: ({ id }) => ({ value: null, id }),
}

/** Plans a page of events, oldest first. Throws BAD_USER_INPUT. */
export function listEvents(args: EventListArguments): List<EventRow> {
  const plan = planPage(args, sequence)
  return { table: snapshotEvent, plan, filter: eventConditions(args.filter ?? {}) }
}

/** The place in the history just after an event; 0n: before the first. */
export function eventCursor(id: bigint): string {
  return encodeCursor(sequence, { value: null, id })
}

/**
 * The event that a cursor stands after. Throws CURSOR_EXPIRED where events after it are no longer kept, BAD_USER_INPUT where
 * it is no cursor of this history.
 */
export function readEventCursor(cursor: string, argument: string, { lastId, expiredId }: History): bigint {
  const { id } = decodeCursor(sequence, cursor, argument)
  if (id > lastId)
    throw new RequestError('BAD_USER_INPUT', `${argument} is not a cursor of this history: it is ahead of it`)
  refuseExpired(id, argument, { expiredId })
  return id
}

/** Throws CURSOR_EXPIRED where events after the one with this id are no longer kept. */
export function refuseExpired(id: bigint, what: string, { expiredId }: Pick<History, 'expiredId'>): void {
  if (id >= expiredId) return
  throw new RequestError(
    'CURSOR_EXPIRED',
    `${what} is older than the history that is kept: read what there is now, and go on from its latestCursor`,
  )
}
