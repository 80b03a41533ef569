import { type SQL, sql } from 'drizzle-orm'
import { snapshotEventOutbox } from '../database/tables.ts'
import type { SnapshotState } from '../resources/lifecycle.ts'
import type { EventKind } from './event-kinds.ts'

/** Who has asked for a change. */
export interface Origin {
  /** Its name, for people; null: a worker. */
  actor: string | null
  /** Of the request; null where there was none. */
  requestId: string | null
}

/** Of what the gateway does by itself. */
export const byItself: Origin = { actor: null, requestId: null }

/** What an event tells beside how the snapshot stands after the change. */
interface Told {
  kind: EventKind | SQL
  /** The state before; null: it was created. */
  from: SnapshotState | SQL | null
  /** Why, or what is happening; left out: what the snapshot says itself. */
  message?: SQL
  /** The attempt of a worker that it came of. */
  attempt?: number | SQL
  origin?: Origin | { actor: SQL; requestId: SQL }
}

/**
 * The part of a statement that records what happened to snapshots which the statement changes: an event for each row of
 * `changed`, that has all their columns. It waits in the outbox until it is put in order; see order-events.ts.
 */
export function recordEvents(
  { kind, from, message = sql`transitioning_message`, attempt, origin = byItself }: Told,
  changed = sql`changed`,
): SQL {
  return sql`insert into ${snapshotEventOutbox} (account_id, snapshot_id, volume_id, kind, from_state, to_state,
      transitioning, message, attempt, actor, request_id)
    select account_id, id, volume_id, ${asText(kind)}, ${asText(from)}, state, transitioning, ${message},
      ${attempt ?? null}::int, ${asText(origin.actor)}, ${asText(origin.requestId)} from ${changed}`
}

/** Where it stands alone, no column gives a parameter its type. */
function asText(value: string | SQL | null): SQL {
  return sql`${value}::text`
}
