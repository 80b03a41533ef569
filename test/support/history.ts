import type { Sql } from 'postgres'
import { expect } from 'vitest'

/**
 * Whatever happens to a snapshot is in its history: each event begins where the one before has ended, and the last one
 * leads to how the snapshot stands now. `snapshot`: that one's alone, such as 1s12. Events that wait to be put in order count as they will.
 */
export async function assertHistory(client: Sql, snapshot?: string): Promise<void> {
  const broken = await client`
    with events as (
      select account_id, snapshot_id, from_state, to_state, transitioning, 1 as part, id as place from snapshot_event
      union all
      select account_id, snapshot_id, from_state, to_state, transitioning, 2, seq from snapshot_event_outbox),
    chained as (
      select *, lag(to_state) over chain as before, lead(place) over chain is null as is_last from events
      window chain as (partition by account_id, snapshot_id order by part, place))
    select snapshot_id, before, from_state, to_state, chained.transitioning, snapshot.state,
      snapshot.transitioning as stands
    from chained join snapshot on snapshot.account_id = chained.account_id and snapshot.id = snapshot_id
    where (${snapshot ?? null}::text is null or '1s' || snapshot_id = ${snapshot ?? null})
      and (before <> from_state
        or (is_last and (to_state, chained.transitioning) <> (snapshot.state, snapshot.transitioning)))`
  expect(broken).toEqual([])
}
