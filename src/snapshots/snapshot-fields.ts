import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { RowValue } from '../database/account-statements.ts'
import { type ResourceRow, type SnapshotRow, snapshot } from '../database/tables.ts'
import { byCodePoints } from '../resources/field-conditions.ts'
import { resourceFields } from '../resources/resource-fields.ts'
import type { Searchable } from '../resources/search.ts'
import { isStored } from './is-stored.ts'

/** Before it is stored a snapshot shows neither size nor checksum. */
function ifStored(of: Parameters<RowValue>[0], column: PgColumn): SQL {
  return sql`case when ${of(snapshot.managedVolumeUuid)} is not null then ${of(column)} end`
}

const isShown = (row: ResourceRow) => row.kind === 'snapshot' && isStored(row)

/** What snapshots can be searched and sorted by. */
export const searchableSnapshots: Searchable<SnapshotRow> = {
  type: 'snapshot',
  table: snapshot,
  fields: resourceFields('snapshot', snapshot, {
    checksum: {
      kind: 'text',
      column: snapshot.checksum,
      as: (of) => sql`(${ifStored(of, snapshot.checksum)}) collate "C"`,
      isShown,
    },
    managedVolumeUUID: byCodePoints(snapshot.managedVolumeUuid),
    name: {
      kind: 'text',
      column: snapshot.name,
      serves: { CREATED: 'key', NAME: 'bounds' },
      order: 'NAME',
    },
    sizeBytes: {
      kind: 'integer',
      column: snapshot.sizeBytes,
      as: (of) => ifStored(of, snapshot.sizeBytes),
      isShown,
    },
    volumeId: { kind: 'reference', type: 'volume', column: snapshot.volumeId, serves: { CREATED: 'key' } },
  }),
}
