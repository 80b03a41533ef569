import { type BackupRow, backup } from '../database/tables.ts'
import type { Condition } from '../resources/condition.ts'
import { isDateTime } from '../resources/date-time.ts'
import { matchCreated, matchIds, matchRemoved, matchValues, type RemovedFilter } from '../resources/filter.ts'
import type { BackupState, Transitioning } from '../resources/lifecycle.ts'
import type { List, OrderBy } from '../resources/list.ts'
import { type PageArguments, planPage } from '../resources/page.ts'

/** All that is given must hold; null is the same as left out. */
interface BackupFilter {
  volumeId?: string[] | null | undefined
  snapshotId?: string[] | null | undefined
  state?: BackupState[] | null | undefined
  transitioning?: Transitioning[] | null | undefined
  createdAfter?: string | null | undefined
  createdBefore?: string | null | undefined
  removed?: RemovedFilter | null | undefined
}

interface BackupListArguments extends PageArguments {
  filter?: BackupFilter | null | undefined
  orderBy?: OrderBy<'CREATED'> | null | undefined
}

/** Plans a page of backups, newest first unless asked otherwise. Throws BAD_USER_INPUT. */
export function listBackups(args: BackupListArguments): List<BackupRow> {
  const { field, direction } = args.orderBy ?? { field: 'CREATED', direction: 'DESC' }
  const plan = planPage<BackupRow>(args, {
    type: 'backup',
    field,
    direction,
    column: backup.created,
    idColumn: backup.id,
    nullable: false,
    isValue: isDateTime,
    hasNulls: false,
    position: (row) => ({ value: row.created, id: row.id }),
  })
  return { table: backup, plan, filter: conditionsOf(args.filter ?? {}) }
}

function conditionsOf(filter: BackupFilter): Condition[] {
  return [
    ...matchIds(backup.volumeId, 'volume', filter.volumeId, 'filter.volumeId', { CREATED: 'key' }),
    ...matchIds(backup.snapshotId, 'snapshot', filter.snapshotId, 'filter.snapshotId', { CREATED: 'key' }),
    ...matchValues(backup.state, filter.state, 'filter.state'),
    ...matchValues(backup.transitioning, filter.transitioning, 'filter.transitioning'),
    ...matchCreated(backup.created, filter.createdAfter, filter.createdBefore),
    ...matchRemoved(backup, filter.removed, filter.state?.includes('removed') ?? false),
  ]
}
