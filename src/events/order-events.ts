import { sql } from 'drizzle-orm'
import { type Handle, nobody } from '../database/handle.ts'
import { makeStatement } from '../database/statement.ts'
import { eventHistory, snapshotEvent, snapshotEventOutbox } from '../database/tables.ts'
import { eventChannel } from '../resources/channels.ts'

/** Events that are moved by one statement: some milliseconds. */
const batch = 1000

/**
 * Moves events from the outbox to the history, and gives them their ids. Ids drawn by the transactions that make the
 * events would become visible in another order than their own: whoever reads on from the newest that he has seen would
 * miss one of a slow transaction. Here one statement at a time draws them, as each locks the row of event_history first,
 * and commits before the next: whoever sees an id sees all that are less. A transaction that is slow, of this gateway or
 * of another program, holds up its own events and no others.
 *
 * Of one snapshot the order is that of its changes: each draws its `seq` while it has the row locked, so one that is
 * visible has all before it in the same batch or an earlier one, which takes the lowest first. It does not mind that the
 * statement, when it waits for the lock, sees the outbox as it was before: what another has moved is not there to delete.
 */
const order = makeStatement(
  sql`with history as materialized (select last_id from ${eventHistory} for update),
    next as materialized (
      select seq from ${snapshotEventOutbox} cross join history order by seq limit ${sql.raw(String(batch))}),
    moved as (delete from ${snapshotEventOutbox} as outbox using next where outbox.seq = next.seq returning outbox.*),
    kept as (
      insert into ${snapshotEvent} (account_id, id, snapshot_id, volume_id, kind, at, from_state, to_state,
        transitioning, message, attempt, actor, request_id)
      select account_id, last_id + row_number() over (order by seq), snapshot_id, volume_id, kind, at, from_state,
        to_state, transitioning, message, attempt, actor, request_id
      from moved cross join history),
    counted as (
      update ${eventHistory} set last_id = event_history.last_id + (select count(*) from moved)
      where exists (select from moved))
    select (select count(*) from next), case when exists (select from moved) then pg_notify(${eventChannel}, '') end`,
  ([found]) => Number(found),
  { isChange: true },
)

/** Moves what was committed before it is called. */
export async function orderEvents(handle: Handle): Promise<void> {
  for (;;) {
    const [found] = await handle.run(order, {}, nobody)
    if (found !== batch) return
  }
}
