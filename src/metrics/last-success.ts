import { sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { account, backup, snapshot, volume } from '../database/tables.ts'
import { lifecycle, type Work } from '../resources/lifecycle.ts'

/** When work of a kind last succeeded, in seconds since 1970. */
export interface LastSuccess {
  driver: string
  work: Work
  seconds: number
}

/**
 * The last successes as far as rows tell: a backup is made when its copy is verified, a snapshot (which has no such
 * time) is at least as young as its acceptance. Of removals nothing is known. It looks at the youngest row of each
 * account, by an index: read once, when a process starts.
 */
export function lastSuccessStatement() {
  const { create, backup: backingUp } = lifecycle.snapshot
  const driverOf = (table: typeof snapshot | typeof backup) => sql`
    join ${volume} on ${volume.accountId} = ${table.accountId} and ${volume.id} = ${table.volumeId}`
  return sql`
    select driver, work, extract(epoch from max(created))::float8 as seconds from (
      select 'snapshot.backup' as work, last.* from ${account} cross join lateral (
        select ${volume.driver}, ${backup.created} from ${backup} ${driverOf(backup)}
        where ${backup.accountId} = ${account.id} and ${backup.removed} is null
        order by ${backup.created} desc, ${backup.id} desc limit 1) as last
      union all
      select 'snapshot.create', last.*
      from ${account} cross join (values (${create.done}), (${backingUp.done})) as done (state) cross join lateral (
        select ${volume.driver}, ${snapshot.created} from ${snapshot} ${driverOf(snapshot)}
        where ${snapshot.accountId} = ${account.id} and ${snapshot.state} = done.state and ${snapshot.removed} is null
        order by ${snapshot.created} desc, ${snapshot.id} desc limit 1) as last
    ) as successes group by driver, work`
}

export async function readLastSuccesses(db: Pick<PostgresJsDatabase, 'execute'>): Promise<LastSuccess[]> {
  return [...(await db.execute<{ [K in keyof LastSuccess]: LastSuccess[K] }>(lastSuccessStatement()))]
}
