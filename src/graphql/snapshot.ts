import type { SnapshotRow } from '../database/tables.ts'
import { formatId, parseId } from '../resources/ids.ts'
import { countList, readPage } from '../resources/list.ts'
import { backupSnapshot } from '../snapshots/backup-snapshot.ts'
import { createSnapshot } from '../snapshots/create-snapshot.ts'
import { listSnapshots } from '../snapshots/list-snapshots.ts'
import { removeSnapshot } from '../snapshots/remove-snapshot.ts'
import { updateSnapshot } from '../snapshots/update-snapshot.ts'
import { builder } from './builder.ts'
import { change } from './change.ts'
import { connectionType, lazyConnection, pageArguments } from './connection.ts'
import { OrderDirection, RemovedFilter, StringFilter } from './filters.ts'
import { descriptionInput, idempotencyKeyInput } from './input-descriptions.ts'
import { existing } from './loaders.ts'
import { Node } from './node.ts'
import { Backup, Snapshot, Volume } from './refs.ts'
import { Resource, Transitioning } from './resource.ts'
import { resultUnion } from './result-union.ts'

const SnapshotState = builder.enumType('SnapshotState', {
  description:
    'Rancher: requested -> creating -> created -> backing-up -> backed-up; all but removed -> removing -> removed.',
  values: {
    REQUESTED: { value: 'requested', description: 'Accepted; no worker has taken it up yet.' },
    CREATING: {
      value: 'creating',
      description: 'Being taken; with transitioning ERROR: it could not be taken.',
    },
    CREATED: { value: 'created', description: 'The archive is stored.' },
    BACKING_UP: { value: 'backing-up', description: 'A copy is being made and verified.' },
    BACKED_UP: { value: 'backed-up', description: 'A copy was written, synced, read back and found right.' },
    REMOVING: {
      value: 'removing',
      description: 'Being deleted; with transitioning ERROR: it could not be deleted.',
    },
    REMOVED: { value: 'removed', description: 'The archive is deleted. The row stays readable by its id.' },
  } as const,
})

Snapshot.implement({
  description:
    'A stored copy of a volume: an archive that plain tar restores. It is not one point in time of a volume in use: files are read one after the other.',
  interfaces: [Node, Resource],
  fields: (t) => ({
    state: t.expose('state', { type: SnapshotState, description: 'Where it stands in its lifecycle.' }),
    managedVolumeUUID: t.exposeString('managedVolumeUuid', {
      nullable: true,
      description:
        'Rancher: the unique identifier of the managed volume. Null until the snapshot is created.',
    }),
    volumeId: t.id({
      description: 'The volume that it was taken of.',
      resolve: (row) => formatId('volume', row.volumeId),
    }),
    volume: t.field({
      type: Volume,
      description: 'The volume that it was taken of.',
      resolve: async (row, _, { loaders }) => existing(await loaders.volume.load(row.volumeId)),
    }),
    sizeBytes: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'Bytes of the stored snapshot; null until it is created.',
      resolve: (row) => (row.managedVolumeUuid === null ? null : row.sizeBytes),
    }),
    checksum: t.string({
      nullable: true,
      description:
        'Of the stored snapshot, as sha256:<64 hex digits>, computed while it was written; null until it is created.',
      resolve: (row) => (row.managedVolumeUuid === null ? null : row.checksum),
    }),
    backup: t.field({
      type: Backup,
      nullable: true,
      description:
        'The verified copy that the backup action made; null from the moment its removal is accepted. It outlives its snapshot.',
      resolve: (row, _, { loaders }) => loaders.backupOfSnapshot.load(row.id),
    }),
  }),
})

export const SnapshotConnection = connectionType('Snapshot', Snapshot)

const SnapshotFilter = builder.inputType('SnapshotFilter', {
  description:
    'All that is given must hold; null is the same as left out. Lists mean any of, an empty list matches nothing, at most 1000 entries. An id that is malformed, of another type or of another account matches nothing.',
  fields: (t) => ({
    volumeId: t.idList({ description: 'Of any of these volumes.' }),
    state: t.field({ type: [SnapshotState], description: 'In any of these states.' }),
    transitioning: t.field({ type: [Transitioning], description: 'With any of these.' }),
    name: t.field({ type: StringFilter, description: 'With such a name.' }),
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

const SnapshotOrderField = builder.enumType('SnapshotOrderField', {
  description:
    'NAME: by code points; those without a name come last in ASC, first in DESC. Ties: by id, in the same direction.',
  values: {
    CREATED: { description: 'By the time at which it was accepted.' },
    NAME: { description: 'By name, code point by code point.' },
  } as const,
})

const SnapshotOrder = builder.inputType('SnapshotOrder', {
  description: 'What snapshots are ordered by.',
  fields: (t) => ({
    field: t.field({ type: SnapshotOrderField, required: true, description: 'The field.' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'The direction.' }),
  }),
})

/** The arguments of every list of snapshots. */
export const snapshotListArguments = {
  ...pageArguments,
  ...builder.args((t) => ({
    filter: t.field({ type: SnapshotFilter, description: 'Only these.' }),
    orderBy: t.field({
      type: SnapshotOrder,
      defaultValue: { field: 'CREATED', direction: 'DESC' },
      description: 'Null: the default, newest first.',
    }),
  })),
}

builder.queryFields((t) => ({
  snapshot: t.field({
    type: Snapshot,
    nullable: true,
    description: 'A snapshot by its id, also a removed one. Null where the account has no such snapshot.',
    args: { id: t.arg.id({ required: true, description: 'Such as 1s12.' }) },
    resolve: async (_, { id }, { loaders }) => {
      const parsed = parseId(id)
      return parsed?.type === 'snapshot' ? loaders.snapshot.load(parsed.id) : null
    },
  }),
  snapshots: t.field({
    type: SnapshotConnection,
    description: "The account's snapshots.",
    args: snapshotListArguments,
    resolve: (_, args, { scope }) => {
      const list = listSnapshots(args)
      return lazyConnection(
        () => readPage(scope, list),
        () => countList(scope, list),
      )
    },
  }),
}))

const idInput = 'The snapshot, such as 1s12.'

const CreateSnapshotInput = builder.inputType('CreateSnapshotInput', {
  description: 'A snapshot to be taken.',
  fields: (t) => ({
    volumeId: t.id({ required: true, description: 'The volume, such as 1v34; it must not be removed.' }),
    name: t.string({
      description: '1 to 255 characters, no control characters; may be null. Need not be unique.',
    }),
    description: t.string({ description: descriptionInput }),
    idempotencyKey: t.string({ description: idempotencyKeyInput }),
  }),
})
const UpdateSnapshotInput = builder.inputType('UpdateSnapshotInput', {
  description: 'A field left out stays; null clears it.',
  fields: (t) => ({
    id: t.id({ required: true, description: idInput }),
    name: t.string({ description: '1 to 255 characters, no control characters.' }),
    description: t.string({ description: descriptionInput }),
    idempotencyKey: t.string({ description: idempotencyKeyInput }),
  }),
})
const BackupSnapshotInput = builder.inputType('BackupSnapshotInput', {
  description: 'A snapshot to be backed up.',
  fields: (t) => ({
    id: t.id({ required: true, description: idInput }),
    idempotencyKey: t.string({ description: idempotencyKeyInput }),
  }),
})
const RemoveSnapshotInput = builder.inputType('RemoveSnapshotInput', {
  description: 'A snapshot to be removed.',
  fields: (t) => ({
    id: t.id({ required: true, description: idInput }),
    idempotencyKey: t.string({ description: idempotencyKeyInput }),
  }),
})

builder.mutationFields((t) => ({
  createSnapshot: t.field({
    type: resultUnion<SnapshotRow>('CreateSnapshotResult', Snapshot, 'input only'),
    nullable: true,
    description:
      'Takes a snapshot of a volume. Answers at once; the work goes on in the background. (Rancher: POST /v1/snapshot.)',
    args: { input: t.arg({ type: CreateSnapshotInput, required: true, description: 'What to take.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'snapshot.create', () => createSnapshot(context.scope, input, context)),
  }),
  updateSnapshot: t.field({
    type: resultUnion<SnapshotRow>('UpdateSnapshotResult', Snapshot, 'all'),
    nullable: true,
    description: 'Changes name and description. Not while it is being removed, or after.',
    args: { input: t.arg({ type: UpdateSnapshotInput, required: true, description: 'What to change.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'snapshot.update', () => updateSnapshot(context.scope, input)),
  }),
  backupSnapshot: t.field({
    type: resultUnion<SnapshotRow>('BackupSnapshotResult', Snapshot, 'all'),
    nullable: true,
    description:
      'Backs a snapshot up, only from CREATED. Answers at once; the copy is made and verified in the background. (Rancher: the action backup.)',
    args: { input: t.arg({ type: BackupSnapshotInput, required: true, description: 'What to back up.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'snapshot.backup', () => backupSnapshot(context.scope, input, context)),
  }),
  removeSnapshot: t.field({
    type: resultUnion<SnapshotRow>('RemoveSnapshotResult', Snapshot, 'all'),
    nullable: true,
    description:
      'Removes a snapshot. Cancels what is under way; the backup, if any, is kept. (Rancher: the action remove.)',
    args: { input: t.arg({ type: RemoveSnapshotInput, required: true, description: 'What to remove.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'snapshot.remove', () => removeSnapshot(context.scope, input, context)),
  }),
}))
