import { searchableBackups } from '../../backups/backup-fields.ts'
import type { ResourceRow } from '../../database/tables.ts'
import type { ResourceKind } from '../../resources/lifecycle.ts'
import type { Searchable } from '../../resources/search.ts'
import { searchableSnapshots } from '../../snapshots/snapshot-fields.ts'
import { searchableVolumes } from '../../volumes/volume-fields.ts'
import { filtersOnlyInRancher } from './only-in-rancher.ts'

/** What searches each kind. */
export const searchables = {
  snapshot: searchableSnapshots,
  volume: { ...searchableVolumes, fields: { ...searchableVolumes.fields, ...filtersOnlyInRancher } },
  backup: searchableBackups,
} as unknown as Record<ResourceKind, Searchable<ResourceRow>>
