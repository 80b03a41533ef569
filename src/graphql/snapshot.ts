import { formatId } from '../resources/ids.ts'
import { isStored } from '../snapshots/is-stored.ts'
import { builder } from './builder.ts'
import { loadById } from './load-by-id.ts'
import { volumeOf } from './loaders.ts'
import { lookAhead } from './look-ahead.ts'
import { Node } from './node.ts'
import { Backup, Snapshot, Volume } from './refs.ts'
import { Resource } from './resource.ts'

export const SnapshotState = builder.enumType('SnapshotState', {
  description:
    'Rancher: requested -> creating -> created -> backing-up -> backed-up; and from each of these -> removing -> removed.',
  values: {
    REQUESTED: { value: 'requested', description: 'Accepted; no worker has started on it yet.' },
    CREATING: {
      value: 'creating',
      description: 'Being taken. With transitioning ERROR: it could not be taken.',
    },
    CREATED: { value: 'created', description: 'The archive is stored.' },
    BACKING_UP: { value: 'backing-up', description: 'A copy is being made and verified.' },
    BACKED_UP: {
      value: 'backed-up',
      description: 'A copy was written, synced, read back and found correct.',
    },
    REMOVING: {
      value: 'removing',
      description: 'Being deleted. With transitioning ERROR: it could not be deleted.',
    },
    REMOVED: {
      value: 'removed',
      description: 'The archive is deleted. The snapshot can still be read by its id.',
    },
  } as const,
})

Snapshot.implement({
  description:
    'A stored copy of a volume: an archive that plain tar restores. It does not capture a single point in time of a volume in use, because files are read one after another.',
  interfaces: [Node, Resource],
  fields: (t) => ({
    state: t.expose('state', { type: SnapshotState, description: 'Where it is in its lifecycle.' }),
    managedVolumeUUID: t.exposeString('managedVolumeUuid', {
      nullable: true,
      description:
        'Rancher: the unique identifier of the managed volume. Null until the snapshot is created.',
    }),
    volumeId: t.id({
      description: 'The id of the volume that it was taken of.',
      resolve: (row) => formatId('volume', row.volumeId),
    }),
    volume: t.field({
      type: Volume,
      description: 'The volume that it was taken of, which may have been removed since.',
      resolve: (row, _, { loaders }) => volumeOf(row, loaders),
    }),
    sizeBytes: t.field({
      type: 'BigInt',
      nullable: true,
      description: 'The size of the stored archive in bytes; null until the snapshot is created.',
      resolve: (row) => (isStored(row) ? row.sizeBytes : null),
    }),
    checksum: t.string({
      nullable: true,
      description:
        'The checksum of the stored archive, as sha256:<64 hex digits>, computed while it was written; null until the snapshot is created.',
      resolve: (row) => (isStored(row) ? row.checksum : null),
    }),
    backup: t.field({
      type: Backup,
      nullable: true,
      description:
        'The verified copy that the action backup made; null if there is none, and from the moment its removal is accepted. A backup outlives its snapshot.',
      resolve: (row, _, { loaders }) => loaders.backupOfSnapshot.load(row.id),
    }),
  }),
})

const asksForVolume = lookAhead({ volume: ['volume'] })

builder.queryField('snapshot', (t) =>
  t.field({
    type: Snapshot,
    nullable: true,
    description: 'A snapshot by its id, even if it is removed. Null if the account has no such snapshot.',
    args: { id: t.arg.id({ required: true, description: 'Such as 1s12.' }) },
    resolve: (_, { id }, { loaders }, info) =>
      loadById(
        'snapshot',
        id,
        asksForVolume(info).has('volume') ? loaders.snapshotWithVolume : loaders.snapshot,
      ),
  }),
)
