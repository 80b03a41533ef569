const snapshot = `s.id, s.name, s.description, s.state, s.transitioning, s.created, s.managed_volume_uuid, s.size_bytes,
  s.checksum, s.volume_id`
const volume = 'v.id, v.name, v.state, v.created'

export const oneSnapshot = `
select ${snapshot}, ${volume}
from snapshot s join volume v on v.account_id = s.account_id and v.id = s.volume_id
where s.account_id = 1 and s.id = $1`

// One row more than the page has tells whether the list goes on.
export const pageOfSnapshots = `
select ${snapshot}, ${volume}
from snapshot s join volume v on v.account_id = s.account_id and v.id = s.volume_id
where s.account_id = 1 and s.removed is null and (s.created, s.id) < ($1, $2)
order by s.created desc, s.id desc limit 51`

export const volumeWithSnapshots = `
select ${snapshot}, ${volume}
from volume v left join lateral (
  select * from snapshot
  where account_id = 1 and volume_id = v.id and state <> 'removed'
  order by created desc, id desc limit 21
) s on true
where v.account_id = 1 and v.id = $1
order by s.created desc, s.id desc`

export const filtered = `
select ${snapshot} from snapshot s
where account_id = 1 and removed is null and state = $1 and created > $2
order by created, id limit 51`

// What the gateway sets, but for the notification of workers.
export const createOne = `
with v as (
  select account_id, id, name, state, created from volume
  where account_id = 1 and id = $1 and state = 'active' for share
), s as (
  insert into snapshot (account_id, volume_id, name, description, state, transitioning, transitioning_message,
    transitioning_progress, attempt, run_after, deadline)
  select account_id, id, $2, null, 'requested', 'yes', 'Waiting for a worker', 0, 0, now(),
    now() + interval '6 hours'
  from v
  returning *
)
select ${snapshot}, ${volume} from s, v`
