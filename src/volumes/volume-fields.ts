import { type VolumeRow, volume } from '../database/tables.ts'
import { byCodePoints } from '../resources/field-conditions.ts'
import { resourceFields } from '../resources/resource-fields.ts'
import type { Searchable } from '../resources/search.ts'

/** What volumes can be searched and sorted by. */
export const searchableVolumes: Searchable<VolumeRow> = {
  type: 'volume',
  table: volume,
  fields: resourceFields('volume', volume, {
    driver: byCodePoints(volume.driver),
    name: { kind: 'text', column: volume.name, serves: { NAME: 'bounds' }, order: 'NAME' },
    path: { kind: 'text', column: volume.path },
  }),
}
