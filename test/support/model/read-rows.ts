import type { Sql } from 'postgres'
import type { Row } from './model.ts'

/** Every row as the model tells it, by its id. */
export async function readRows(client: Sql): Promise<Row[]> {
  const common = client`
    name, state, transitioning, transitioning_message as message, transitioning_progress as progress, attempt,
    lease_token as token, case when lease_expires > now() then 'valid' when lease_expires <= now() then 'out' end as lease,
    case when run_after > now() then 'later' when run_after < now() - interval '30 s' then 'long'
      when run_after <= now() then 'now' end as due,
    case when deadline > now() then 'ahead' when deadline <= now() then 'past' end as deadline,
    checksum, removed is not null as removed`
  const rows = await client<Row[]>`
    select 'snapshot' as kind, '1s' || id as id, ${common}, backup_uuid as copy, '1v' || volume_id as of from snapshot
    union all
    select 'backup', '1b' || id, ${common}, uuid, '1s' || snapshot_id from backup`
  return inOrder(rows)
}

export function inOrder(rows: Row[]): Row[] {
  return rows.map((row) => ({ ...row })).sort((a, b) => (a.id < b.id ? -1 : 1))
}
