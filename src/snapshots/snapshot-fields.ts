import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { RowValue } from '../database/account-statements.ts'
import { type ResourceRow, type SnapshotRow, snapshot } from '../database/tables.ts'
import { byCodePoints } from '../resources/field-conditions.ts'
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
  fields: {
    id: { kind: 'reference', type: 'snapshot', column: snapshot.id },
    accountId: { kind: 'reference', type: 'account', column: snapshot.accountId },
    checksum: {
      kind: 'text',
      column: snapshot.checksum,
      as: (of) => sql`(${ifStored(of, snapshot.checksum)}) collate "C"`,
      isShown,
    },
    created: { kind: 'time', column: snapshot.created, order: 'CREATED' },
    description: byCodePoints(snapshot.description),
    kind: { kind: 'option', column: null, constant: 'snapshot' },
    managedVolumeUUID: byCodePoints(snapshot.managedVolumeUuid),
    name: {
      kind: 'text',
      column: snapshot.name,
      serves: { CREATED: 'key', NAME: 'bounds' },
      order: 'NAME',
    },
    removed: { kind: 'time', column: snapshot.removed },
    sizeBytes: {
      kind: 'integer',
      column: snapshot.sizeBytes,
      as: (of) => ifStored(of, snapshot.sizeBytes),
      isShown,
    },
    state: { ...byCodePoints(snapshot.state), kind: 'option' },
    transitioning: { ...byCodePoints(snapshot.transitioning), kind: 'option' },
    transitioningMessage: byCodePoints(snapshot.transitioningMessage),
    transitioningProgress: { kind: 'integer', column: snapshot.transitioningProgress },
    uuid: { kind: 'uuid', column: snapshot.uuid },
    volumeId: {
      kind: 'reference',
      type: 'volume',
      column: snapshot.volumeId,
      serves: { CREATED: 'key' },
    },
  },
}
