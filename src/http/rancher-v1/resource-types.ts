import { searchableAccounts } from '../../accounts/search-account.ts'
import type { Field } from '../../resources/field-conditions.ts'
import { lifecycle, type ResourceKind } from '../../resources/lifecycle.ts'
import { defaultDriver } from '../../volumes/create-volume.ts'
import { type FieldRule, fieldsOf } from './field-rules.ts'
import { onlyInRancher } from './only-in-rancher.ts'
import { searchables } from './searchables.ts'

export type TypeId = ResourceKind | 'account'

/** A type of resources, as this dialect has it. */
export interface ResourceType {
  id: TypeId
  plural: string
  fields: Readonly<Record<string, FieldRule>>
  /** What its collection can be filtered and sorted by. */
  filters: Readonly<Record<string, Field>>
  /** Links to a single resource, each by the field that has its id. */
  toOne: Readonly<Record<string, { type: TypeId; field: string }>>
  /** Links to the resources of a type that refer to it, by that field of theirs. */
  toMany: Readonly<Record<string, { type: ResourceKind; field: string }>>
}

const account = { type: 'account', field: 'accountId' } as const
const volume = { type: 'volume', field: 'volumeId' } as const

/** GraphQL's interface of all resources says nothing of it. */
const ofAccounts: Record<string, Partial<FieldRule>> = {
  state: { type: 'enum', options: ['active'], description: 'An account is always active.' },
}

export const resourceTypes: Readonly<Record<TypeId, ResourceType>> = {
  account: {
    id: 'account',
    plural: 'accounts',
    fields: fieldsOf({ type: 'Resource' }, ofAccounts),
    filters: searchableAccounts,
    toOne: {},
    toMany: {
      backups: { type: 'backup', field: 'accountId' },
      snapshots: { type: 'snapshot', field: 'accountId' },
      volumes: { type: 'volume', field: 'accountId' },
    },
  },
  backup: {
    id: 'backup',
    plural: 'backups',
    fields: fieldsOf({ type: 'Backup' }),
    filters: searchables.backup.fields,
    toOne: { account, snapshot: { type: 'snapshot', field: 'snapshotId' }, volume },
    toMany: {},
  },
  snapshot: {
    id: 'snapshot',
    plural: 'snapshots',
    fields: fieldsOf({ type: 'Snapshot', create: 'CreateSnapshotInput', update: 'UpdateSnapshotInput' }),
    filters: searchables.snapshot.fields,
    toOne: { account, volume },
    toMany: { backups: { type: 'backup', field: 'snapshotId' } },
  },
  volume: {
    id: 'volume',
    plural: 'volumes',
    fields: fieldsOf(
      { type: 'Volume', create: 'CreateVolumeInput', update: 'UpdateVolumeInput' },
      {
        name: { unique: true, nullable: false },
        driver: { default: defaultDriver },
        ...Object.fromEntries(
          Object.entries(onlyInRancher).map(([name, { type, value }]) => [
            name,
            { type, nullable: value === null, description: 'Of Rancher; always the same here.' },
          ]),
        ),
      },
    ),
    filters: searchables.volume.fields,
    toOne: { account },
    toMany: {
      backups: { type: 'backup', field: 'volumeId' },
      snapshots: { type: 'snapshot', field: 'volumeId' },
    },
  },
}

const byName = new Map(
  Object.values(resourceTypes).flatMap((type) => [
    [type.id, type],
    [type.plural, type],
  ]),
)

/** A type by its name, in the singular or the plural; null where there is none. */
export function typeNamed(name: string): ResourceType | null {
  return byName.get(name) ?? null
}

/** The kind whose lifecycle a type has; null for accounts, which are made elsewhere. */
export function kindOf({ id }: ResourceType): ResourceKind | null {
  return id in lifecycle ? (id as ResourceKind) : null
}
