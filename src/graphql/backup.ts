import { listBackups } from '../backups/list-backups.ts'
import { removeBackup } from '../backups/remove-backup.ts'
import type { BackupRow } from '../database/tables.ts'
import { formatId, parseId } from '../resources/ids.ts'
import { countList, readPage } from '../resources/list.ts'
import { builder } from './builder.ts'
import { change } from './change.ts'
import { connectionType, lazyConnection, pageArguments } from './connection.ts'
import { OrderDirection, RemovedFilter } from './filters.ts'
import { idempotencyKeyInput } from './input-descriptions.ts'
import { existing } from './loaders.ts'
import { Node } from './node.ts'
import { Backup, Snapshot, Volume } from './refs.ts'
import { Resource, Transitioning } from './resource.ts'
import { resultUnion } from './result-union.ts'

const BackupState = builder.enumType('BackupState', {
  description: 'The states of a backup.',
  values: {
    CREATED: {
      value: 'created',
      description: 'The copy is on the target, and was read back and found right.',
    },
    REMOVING: {
      value: 'removing',
      description: 'Being deleted; with transitioning ERROR: it could not be deleted.',
    },
    REMOVED: { value: 'removed', description: 'The copy is deleted. The row stays readable by its id.' },
  } as const,
})

Backup.implement({
  description:
    'A verified copy of a snapshot on the backup target, with a manifest beside it: it can be found and restored without the gateway.',
  interfaces: [Node, Resource],
  fields: (t) => ({
    state: t.expose('state', { type: BackupState, description: 'Where it stands in its lifecycle.' }),
    uri: t.string({
      description: 'Where the copy is.',
      resolve: async (row, _, { loaders, storage }) => {
        const volume = existing(await loaders.volume.load(row.volumeId))
        return storage.get(volume.driver)?.backupUri(row.key) ?? `${volume.driver}:${row.key}`
      },
    }),
    sizeBytes: t.expose('sizeBytes', {
      type: 'BigInt',
      nullable: true,
      description: 'Bytes of the stored copy.',
    }),
    checksum: t.exposeString('checksum', {
      description:
        'Of the stored copy, as sha256:<64 hex digits>, read back from the target after it was written.',
    }),
    snapshotId: t.id({
      description: 'The snapshot that it is a copy of.',
      resolve: (row) => formatId('snapshot', row.snapshotId),
    }),
    snapshot: t.field({
      type: Snapshot,
      description: 'The snapshot that it is a copy of; perhaps removed meanwhile.',
      resolve: async (row, _, { loaders }) => existing(await loaders.snapshot.load(row.snapshotId)),
    }),
    volumeId: t.id({
      description: 'The volume that the snapshot was taken of.',
      resolve: (row) => formatId('volume', row.volumeId),
    }),
    volume: t.field({
      type: Volume,
      description: 'The volume that the snapshot was taken of; perhaps removed meanwhile.',
      resolve: async (row, _, { loaders }) => existing(await loaders.volume.load(row.volumeId)),
    }),
  }),
})

const BackupConnection = connectionType('Backup', Backup)

const BackupFilter = builder.inputType('BackupFilter', {
  description:
    'All that is given must hold; null is the same as left out. Lists mean any of, an empty list matches nothing, at most 1000 entries. An id that is malformed, of another type or of another account matches nothing.',
  fields: (t) => ({
    volumeId: t.idList({ description: 'Of any of these volumes.' }),
    snapshotId: t.idList({ description: 'Of any of these snapshots.' }),
    state: t.field({ type: [BackupState], description: 'In any of these states.' }),
    transitioning: t.field({ type: [Transitioning], description: 'With any of these.' }),
    createdAfter: t.field({ type: 'DateTime', description: 'Later than; the bound itself does not match.' }),
    createdBefore: t.field({
      type: 'DateTime',
      description: 'Earlier than; the bound itself does not match.',
    }),
    removed: t.field({
      type: RemovedFilter,
      description: 'Left out: EXCLUDE, but INCLUDE where state names REMOVED.',
    }),
  }),
})

const BackupOrderField = builder.enumType('BackupOrderField', {
  description: 'Ties: by id, in the same direction.',
  values: { CREATED: { description: 'By the time at which the copy was verified.' } } as const,
})

const BackupOrder = builder.inputType('BackupOrder', {
  description: 'What backups are ordered by.',
  fields: (t) => ({
    field: t.field({ type: BackupOrderField, required: true, description: 'The field.' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'The direction.' }),
  }),
})

builder.queryFields((t) => ({
  backup: t.field({
    type: Backup,
    nullable: true,
    description: 'A backup by its id, also a removed one. Null where the account has no such backup.',
    args: { id: t.arg.id({ required: true, description: 'Such as 1b56.' }) },
    resolve: async (_, { id }, { loaders }) => {
      const parsed = parseId(id)
      return parsed?.type === 'backup' ? loaders.backup.load(parsed.id) : null
    },
  }),
  backups: t.field({
    type: BackupConnection,
    description: "The account's backups.",
    args: {
      ...pageArguments,
      filter: t.arg({ type: BackupFilter, description: 'Only these.' }),
      orderBy: t.arg({
        type: BackupOrder,
        defaultValue: { field: 'CREATED', direction: 'DESC' },
        description: 'Null: the default, newest first.',
      }),
    },
    resolve: (_, args, { scope }) => {
      const list = listBackups(args)
      return lazyConnection(
        () => readPage(scope, list),
        () => countList(scope, list),
      )
    },
  }),
}))

const RemoveBackupInput = builder.inputType('RemoveBackupInput', {
  description: 'A backup to be removed.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The backup, such as 1b56.' }),
    idempotencyKey: t.string({ description: idempotencyKeyInput }),
  }),
})

builder.mutationFields((t) => ({
  removeBackup: t.field({
    type: resultUnion<BackupRow>('RemoveBackupResult', Backup, 'all'),
    nullable: true,
    description: 'A backed-up snapshot is CREATED again at once, and can be backed up anew.',
    args: { input: t.arg({ type: RemoveBackupInput, required: true, description: 'What to remove.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'backup.remove', () => removeBackup(context.scope, input, context)),
  }),
}))
