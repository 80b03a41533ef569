import { sql } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { type ForOne, insertRowsOfVolumes, ofEach, rowsForEach } from '../database/account-statements.ts'
import { bigints, texts } from '../database/arrays.ts'
import type { Batching } from '../database/shared-statements.ts'
import { unplanned } from '../database/statement.ts'
import { type SnapshotRow, snapshot, volume } from '../database/tables.ts'
import { type Origin, recordEvents } from '../events/record-events.ts'
import { acceptedWork } from '../resources/accepted-work.ts'
import { lifecycle } from '../resources/lifecycle.ts'

/** A snapshot to be made. */
interface Accepted {
  volumeId: bigint
  name: string | null
  description: string | null
  /** Seconds after which the work is given up. */
  operationDeadline: number
  origin: Origin
}

/**
 * Inserts a snapshot that waits for a worker: the row with its volume, or null where there is no such volume.
 * removeVolume, which locks that first, either sees the row or is seen by this.
 */
export async function insertSnapshot(scope: AccountScope, accepted: Accepted): Promise<SnapshotRow | null> {
  const [row] = await scope.share(together, accepted)
  if (row) return row
  // The volume is not there, or somebody changes it.
  const [made] = await scope.ask(alone, valuesOf([accepted]))
  return made?.row ?? null
}

/** What inserts a snapshot for each of some, such as are asked for by `valuesOf`. */
const insertion = (options: { skipsLocked: boolean }) =>
  insertRowsOfVolumes(snapshot, {
    each: {
      of: sql`unnest(${list('volumeIds', 'bigint')}, ${list('names', 'text')}, ${list('descriptions', 'text')}, ${list('deadlines', 'float8')}, ${list('actors', 'text')}, ${list('requestIds', 'text')})`,
      columns: ['volume_id', 'name', 'description', 'deadline', 'actor', 'request_id'],
    },
    where: sql`${volume.state} = 'active'`,
    values: {
      name: ofEach('name'),
      description: ofEach('description'),
      state: lifecycle.snapshot.create.accepted,
      ...acceptedWork(ofEach('deadline')),
    },
    record: {
      of: ['actor', 'request_id'],
      by: (changed) =>
        recordEvents(
          { kind: 'transition', from: null, origin: { actor: sql`actor`, requestId: sql`request_id` } },
          changed,
        ),
    },
    ...options,
  })
const list = (name: string, type: string) => unplanned(sql.placeholder(name), `${type}[]`)

const valuesOf = (several: readonly Accepted[]) => ({
  volumeIds: bigints(several.map(({ volumeId }) => volumeId)),
  names: texts(several.map(({ name }) => name)),
  descriptions: texts(several.map(({ description }) => description)),
  actors: texts(several.map(({ origin }) => origin.actor)),
  requestIds: texts(several.map(({ origin }) => origin.requestId)),
  deadlines: `{${several.map(({ operationDeadline }) => operationDeadline)}}`,
})

/** Nobody who shares it waits for a volume that somebody changes; whoever wants a snapshot of that waits alone. */
export const together: Batching<Accepted, SnapshotRow, ForOne<SnapshotRow>> = {
  statement: insertion({ skipsLocked: true }),
  valuesOf,
  rowsOf: rowsForEach,
  most: 100,
}
/** For one, which may wait. */
export const alone = insertion({ skipsLocked: false })
