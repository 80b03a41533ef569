import { formatId } from '../resources/ids.ts'
import { backupUri } from '../storage/uris.ts'
import { builder } from './builder.ts'
import { loadById } from './load-by-id.ts'
import { existing, volumeOf } from './loaders.ts'
import { Node } from './node.ts'
import { Backup, Snapshot, Volume } from './refs.ts'
import { Resource } from './resource.ts'

export const BackupState = builder.enumType('BackupState', {
  description: 'The states of a backup.',
  values: {
    CREATED: {
      value: 'created',
      description: 'The copy is on the backup target, and was read back and found correct.',
    },
    REMOVING: {
      value: 'removing',
      description: 'Being deleted. With transitioning ERROR: it could not be deleted.',
    },
    REMOVED: {
      value: 'removed',
      description: 'The copy is deleted. The backup can still be read by its id.',
    },
  } as const,
})

Backup.implement({
  description:
    'A verified copy of a snapshot on the backup target, with a manifest beside it, so that it can be found and restored without the gateway.',
  interfaces: [Node, Resource],
  fields: (t) => ({
    state: t.expose('state', { type: BackupState, description: 'Where it is in its lifecycle.' }),
    uri: t.string({
      description: 'Where the copy is.',
      resolve: async (row, _, { loaders, storage }) => {
        const { driver } = await volumeOf(row, loaders)
        return backupUri(storage, driver, row.key)
      },
    }),
    sizeBytes: t.expose('sizeBytes', {
      type: 'BigInt',
      nullable: true,
      description: 'The size of the copy in bytes.',
    }),
    checksum: t.exposeString('checksum', {
      description:
        'The checksum of the copy, as sha256:<64 hex digits>, computed from what was read back after writing.',
    }),
    snapshotId: t.id({
      description: 'The id of the snapshot that it is a copy of.',
      resolve: (row) => formatId('snapshot', row.snapshotId),
    }),
    snapshot: t.field({
      type: Snapshot,
      description: 'The snapshot that it is a copy of, which may have been removed since.',
      resolve: async (row, _, { loaders }) => existing(await loaders.snapshot.load(row.snapshotId)),
    }),
    volumeId: t.id({
      description: 'The id of the volume that the snapshot was taken of.',
      resolve: (row) => formatId('volume', row.volumeId),
    }),
    volume: t.field({
      type: Volume,
      description: 'The volume that the snapshot was taken of, which may have been removed since.',
      resolve: (row, _, { loaders }) => volumeOf(row, loaders),
    }),
  }),
})

builder.queryField('backup', (t) =>
  t.field({
    type: Backup,
    nullable: true,
    description: 'A backup by its id, even if it is removed. Null if the account has no such backup.',
    args: { id: t.arg.id({ required: true, description: 'Such as 1b56.' }) },
    resolve: (_, { id }, { loaders }) => loadById('backup', id, loaders.backup),
  }),
)
