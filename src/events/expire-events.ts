import { sql } from 'drizzle-orm'
import { type Handle, nobody } from '../database/handle.ts'
import { makeStatement } from '../database/statement.ts'
import { eventHistory, eventOfAll, snapshotEvent } from '../database/tables.ts'

/** Events that one statement deletes: a backlog of millions would run into STATEMENT_TIMEOUT as one. */
const batch = 5000

/** Says how far in the same statement, so that no cursor before it is taken for one that misses nothing. */
const expire = makeStatement(
  sql`with oldest as (select id, at from ${snapshotEvent} order by ${eventOfAll} limit ${sql.raw(String(batch))}),
    expired as (
      delete from ${snapshotEvent} where ${eventOfAll} in (
        select id from oldest where at < now() - ${sql.placeholder('retention')}::float8 * interval '1 second')
      returning id),
    told as (
      update ${eventHistory} set expired_id = greatest(expired_id, (select max(id) from expired))
      where exists (select from expired))
    select count(*) from expired`,
  ([count]) => Number(count),
  { isChange: true },
)

/** Deletes the events that are older than so many seconds, the oldest first. */
export async function expireEvents(handle: Handle, retention: number, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const [count] = await handle.run(expire, { retention }, nobody)
    if (count === 0) return // one that is young among them keeps none of the others
  }
}
