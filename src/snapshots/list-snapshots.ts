import { type SnapshotRow, snapshot } from '../database/tables.ts'
import type { Condition } from '../resources/condition.ts'
import { isDateTime } from '../resources/date-time.ts'
import {
  matchCreated,
  matchIds,
  matchText,
  type RemovedFilter,
  type TextFilter,
} from '../resources/filter.ts'
import type { SnapshotState, Transitioning } from '../resources/lifecycle.ts'
import type { List, OrderBy } from '../resources/list.ts'
import { type PageArguments, planPage } from '../resources/page.ts'
import { isStorable } from '../resources/text-rules.ts'
import { matchStanding } from './match-standing.ts'

/** All that is given must hold; null is the same as left out. */
interface SnapshotFilter {
  volumeId?: string[] | null | undefined
  state?: SnapshotState[] | null | undefined
  transitioning?: Transitioning[] | null | undefined
  name?: TextFilter | null | undefined
  createdAfter?: string | null | undefined
  createdBefore?: string | null | undefined
  removed?: RemovedFilter | null | undefined
}

interface SnapshotListArguments extends PageArguments {
  filter?: SnapshotFilter | null | undefined
  orderBy?: OrderBy<'CREATED' | 'NAME'> | null | undefined
}

/** Plans a page of snapshots, newest first unless asked otherwise. Throws BAD_USER_INPUT. */
export function listSnapshots(args: SnapshotListArguments): List<SnapshotRow> {
  const { field, direction } = args.orderBy ?? { field: 'CREATED', direction: 'DESC' }
  const byName = field === 'NAME'
  const plan = planPage<SnapshotRow>(args, {
    type: 'snapshot',
    field,
    direction,
    column: byName ? snapshot.name : snapshot.created,
    idColumn: snapshot.id,
    nullable: byName,
    isValue: byName ? isStorable : isDateTime,
    hasNulls: byName && args.filter?.name == null,
    position: (row) => ({ value: byName ? row.name : row.created, id: row.id }),
  })
  return { table: snapshot, plan, filter: conditionsOf(args.filter ?? {}) }
}

/** How indexes serve the volume, and the name. */
const byCreated = { CREATED: 'key' } as const
const byBoth = { CREATED: 'key', NAME: 'bounds' } as const

function conditionsOf(filter: SnapshotFilter): Condition[] {
  return [
    ...matchIds(snapshot.volumeId, 'volume', filter.volumeId, 'filter.volumeId', byCreated),
    ...matchStanding(filter),
    ...matchText(snapshot.name, filter.name, 'filter.name', byBoth),
    ...matchCreated(snapshot.created, filter.createdAfter, filter.createdBefore),
  ]
}
