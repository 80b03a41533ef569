import { sql } from '../database.ts'
import { type Page, toPage } from './page.ts'
import {
  numberIn,
  type Snapshot,
  type SnapshotRow,
  toSnapshot,
  toVolume,
  type Volume,
  type VolumeRow,
} from './rows.ts'

// What a good user of a framework would send: prepared, only the columns that are needed, one statement a batch.

const columns = sql`id, name, description, state, transitioning, created, managed_volume_uuid, size_bytes, checksum,
  volume_id`

export async function findSnapshot(id: string): Promise<Snapshot | null> {
  const [row] = await sql<SnapshotRow[]>`
    select ${columns} from snapshot where account_id = 1 and id = ${numberIn(id)}`
  return row ? toSnapshot(row) : null
}

/** In the order of the ids. */
export async function findVolumes(ids: readonly string[]): Promise<(Volume | null)[]> {
  const numbers = `{${[...new Set(ids)].map(numberIn)}}`
  const rows = await sql<VolumeRow[]>`
    select id, name, state, created from volume where account_id = 1 and id = any(${numbers}::bigint[])`
  const volumes = new Map(rows.map(toVolume).map((volume) => [volume.id, volume]))
  return ids.map((id) => volumes.get(id) ?? null)
}

/** Newest first. */
export async function listSnapshots(first: number, after: string): Promise<Page> {
  const [created = '', id = ''] = after.split(',')
  const rows = await sql<SnapshotRow[]>`
    select ${columns} from snapshot
    where account_id = 1 and removed is null and (created, id) < (${created}, ${id})
    order by created desc, id desc limit ${first + 1}`
  return toPage(rows.map(toSnapshot), first)
}

/** Oldest first. */
export async function listByState(first: number, state: string, createdAfter: string): Promise<Page> {
  const rows = await sql<SnapshotRow[]>`
    select ${columns} from snapshot
    where account_id = 1 and removed is null and state = ${state} and created > ${createdAfter}
    order by created, id limit ${first + 1}`
  return toPage(rows.map(toSnapshot), first)
}

/** The newest snapshots of each volume, in the order of the ids. */
export async function listOfVolumes(ids: readonly string[], first: number): Promise<Page[]> {
  const rows = await sql<SnapshotRow[]>`
    select page.* from unnest(${`{${ids.map(numberIn)}}`}::bigint[]) as parent(id)
    cross join lateral (
      select ${columns} from snapshot
      where account_id = 1 and volume_id = parent.id and state <> 'removed'
      order by created desc, id desc limit ${first + 1}
    ) page`
  const byVolume = new Map<string, Snapshot[]>(ids.map((id) => [id, []]))
  for (const row of rows) {
    const snapshot = toSnapshot(row)
    byVolume.get(snapshot.volumeId)?.push(snapshot)
  }
  return ids.map((id) => toPage(byVolume.get(id) ?? [], first))
}

/** Null where there is no such volume. */
export async function createSnapshot(volumeId: string, name: string | null): Promise<Snapshot | null> {
  const [row] = await sql<SnapshotRow[]>`
    with parent as (
      select account_id, id from volume
      where account_id = 1 and id = ${numberIn(volumeId)} and state = 'active' for share
    )
    insert into snapshot (account_id, volume_id, name, state, transitioning, transitioning_message,
      transitioning_progress, attempt, run_after, deadline)
    select account_id, id, ${name}, 'requested', 'yes', 'Waiting for a worker', 0, 0, now(),
      now() + interval '6 hours'
    from parent
    returning ${columns}`
  return row ? toSnapshot(row) : null
}
