import { type VolumeRow, volume } from '../database/tables.ts'
import type { Condition } from '../resources/condition.ts'
import { isDateTime } from '../resources/date-time.ts'
import {
  matchCreated,
  matchRemoved,
  matchText,
  matchValues,
  type RemovedFilter,
  type TextFilter,
} from '../resources/filter.ts'
import type { VolumeState } from '../resources/lifecycle.ts'
import type { List, OrderBy } from '../resources/list.ts'
import { type PageArguments, planPage } from '../resources/page.ts'
import { isStorable } from '../resources/text-rules.ts'

/** All that is given must hold; null is the same as left out. */
interface VolumeFilter {
  name?: TextFilter | null | undefined
  driver?: string[] | null | undefined
  state?: VolumeState[] | null | undefined
  createdAfter?: string | null | undefined
  createdBefore?: string | null | undefined
  removed?: RemovedFilter | null | undefined
}

interface VolumeListArguments extends PageArguments {
  filter?: VolumeFilter | null | undefined
  orderBy?: OrderBy<'CREATED' | 'NAME'> | null | undefined
}

/** Plans a page of volumes, newest first unless asked otherwise. Throws BAD_USER_INPUT. */
export function listVolumes(args: VolumeListArguments): List<VolumeRow> {
  const { field, direction } = args.orderBy ?? { field: 'CREATED', direction: 'DESC' }
  const byName = field === 'NAME'
  const plan = planPage<VolumeRow>(args, {
    type: 'volume',
    field,
    direction,
    column: byName ? volume.name : volume.created,
    idColumn: volume.id,
    nullable: false,
    isValue: byName ? isStorable : isDateTime,
    hasNulls: false,
    position: (row) => ({ value: byName ? row.name : row.created, id: row.id }),
  })
  return { table: volume, plan, filter: conditionsOf(args.filter ?? {}) }
}

function conditionsOf(filter: VolumeFilter): Condition[] {
  return [
    ...matchText(volume.name, filter.name, 'filter.name', { NAME: 'bounds' }),
    ...matchValues(volume.driver, filter.driver, 'filter.driver'),
    ...matchValues(volume.state, filter.state, 'filter.state'),
    ...matchCreated(volume.created, filter.createdAfter, filter.createdBefore),
    ...matchRemoved(volume, filter.removed, filter.state?.includes('removed') ?? false),
  ]
}
