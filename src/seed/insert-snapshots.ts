import { type SQL, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { backup, snapshot, volume } from '../database/tables.ts'
import type { Share } from './shares.ts'
import { createdOf, type Timeline } from './timeline.ts'
import { clusteredUuidOf, digestOf, drawOf, note } from './values.ts'

const notTaken = 'gave up after 10 attempts: VOLUMES_DIR is not mounted (seeded)'
const notBackedUp = 'gave up after 10 attempts: the backup target is not mounted (seeded)'

const digest = sql`digest`
/** A large number without a divisor that numbers of volumes have: each has as many snapshots as the others. */
const stride = sql`2654435761`

/**
 * Makes an account's snapshots from `first` up to `end`, counted from 0, with the backups that they have. Returns how
 * many backups. What it writes is what a worker has written once nothing is under way; the subqueries say `offset 0`,
 * so that each value is computed once a row.
 */
export async function insertSnapshots(
  db: Pick<PostgresJsDatabase, 'execute'>,
  accountId: bigint,
  { volumes, snapshots, snapshotsBefore }: Share,
  timeline: Timeline,
  [first, end]: readonly [first: number, end: number],
): Promise<number> {
  const created = createdOf(timeline, snapshots, sql`index`, drawOf(digest, 16))
  const drawn = sql`
    select index, number, digest, ${drawOf(digest, 18)} % 100 as pick, ${drawOf(digest, 20)} % 10 as naming,
      ${created} as created, index * ${stride} % ${volumes}::bigint + 1 as place
    from (
      select index, index + ${snapshotsBefore + 1}::bigint as number,
        ${digestOf('snapshot', sql`(index + ${snapshotsBefore + 1}::bigint)`)} as digest
      from generate_series(${first}::bigint, ${end - 1}::bigint) as index offset 0) as numbered offset 0`
  const stood = sql`
    select *, pick in (90, 91) as failed, case when pick < 91 then 'created' when pick < 92 then 'creating'
      when pick < 97 then 'backed-up' else 'removed' end as state
    from (${drawn}) as drawn offset 0`
  // Without a word of the row, so that it is read once a statement.
  const listOf = (column: SQL) => sql`(array(select ${column} from ${volume}
    where account_id = ${accountId}::bigint and description = ${note} order by id))`
  const [row] = await db.execute<{ backups: number }>(sql`
    with inserted as (
      insert into ${snapshot} (account_id, uuid, name, description, state, transitioning, transitioning_message,
        created, removed, volume_id, managed_volume_uuid, size_bytes, checksum, backup_uuid, attempt)
      select ${accountId}::bigint, ${clusteredUuidOf('snapshots', sql`number`, digest)},
        case when naming = 0 then null
          when naming < 7 then 'nightly-' || to_char(created at time zone 'UTC', 'YYYY-MM-DD')
          else 'before-upgrade-' || number end,
        ${note}, state, case when failed then 'error' else 'no' end,
        case when failed then case state when 'creating' then ${notTaken} else ${notBackedUp} end end,
        created,
        case state when 'removed' then
          created + greatest(interval '1 microsecond', (${timeline.origin} - created) * (${drawOf(digest, 22)} / 65536.0)) end,
        ${listOf(sql`id`)}[place],
        case when state <> 'creating' then ${listOf(sql`uuid`)}[place]::text end,
        case when state <> 'creating' then 1000 + ${drawOf(digest, 24)}::bigint * (1 + ${drawOf(digest, 26)}) end,
        case when state <> 'creating' then 'sha256:' || encode(sha256(digest), 'hex') end,
        case when state = 'backed-up' or (state = 'created' and failed)
          then ${clusteredUuidOf('backups', sql`number`, digestOf('backup', sql`number`))} end,
        case when failed then 10 else 1 end
      from (${stood}) as stood
      returning account_id, id, name, state, created, volume_id, managed_volume_uuid, size_bytes, checksum, backup_uuid
    ), copied as (
      insert into ${backup} (account_id, uuid, name, description, state, transitioning, created, snapshot_id,
        volume_id, key, size_bytes, checksum)
      select account_id, backup_uuid, name, ${note}, 'created', 'no',
        created + least(interval '10 minutes', (${timeline.origin} - created) / 2), id,
        volume_id, 'seeded/' || managed_volume_uuid || '/' || backup_uuid || '.tar.gz', size_bytes, checksum
      from inserted where state = 'backed-up'
      returning 1
    )
    select count(*)::int as backups from copied`)
  return row?.backups ?? 0
}
