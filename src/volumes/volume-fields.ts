import { type VolumeRow, volume } from '../database/tables.ts'
import { byCodePoints } from '../resources/field-conditions.ts'
import type { Searchable } from '../resources/search.ts'

/** What volumes can be searched and sorted by. */
export const searchableVolumes: Searchable<VolumeRow> = {
  type: 'volume',
  table: volume,
  fields: {
    id: { kind: 'reference', type: 'volume', column: volume.id },
    accountId: { kind: 'reference', type: 'account', column: volume.accountId },
    created: { kind: 'time', column: volume.created, order: 'CREATED' },
    description: byCodePoints(volume.description),
    driver: byCodePoints(volume.driver),
    kind: { kind: 'option', column: null, constant: 'volume' },
    name: { kind: 'text', column: volume.name, serves: { NAME: 'bounds' }, order: 'NAME' },
    path: { kind: 'text', column: volume.path },
    removed: { kind: 'time', column: volume.removed },
    state: { ...byCodePoints(volume.state), kind: 'option' },
    transitioning: { ...byCodePoints(volume.transitioning), kind: 'option' },
    transitioningMessage: byCodePoints(volume.transitioningMessage),
    transitioningProgress: { kind: 'integer', column: volume.transitioningProgress },
    uuid: { kind: 'uuid', column: volume.uuid },
  },
}
