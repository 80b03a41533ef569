import { searchableBackups } from '../../backups/backup-fields.ts'
import type { ResourceRow } from '../../database/tables.ts'
import type { Field } from '../../resources/field-conditions.ts'
import type { ResourceKind } from '../../resources/lifecycle.ts'
import type { Searchable } from '../../resources/search.ts'
import { searchableSnapshots } from '../../snapshots/snapshot-fields.ts'
import { searchableVolumes } from '../../volumes/volume-fields.ts'

/** Of Rancher's volumes, by which ours can be looked for in vain: a filter that is not known would let all through. */
const ofRancher: Readonly<Record<string, Field>> = {
  externalId: { kind: 'text', column: null, constant: null },
  imageId: { kind: 'text', column: null, constant: null },
  instanceId: { kind: 'text', column: null, constant: null },
  isHostPath: { kind: 'boolean', column: null, constant: 'false' },
}

/** What searches each kind. */
export const searchables = {
  snapshot: searchableSnapshots,
  volume: { ...searchableVolumes, fields: { ...searchableVolumes.fields, ...ofRancher } },
  backup: searchableBackups,
} as unknown as Record<ResourceKind, Searchable<ResourceRow>>
