import { listSnapshots } from '../snapshots/list-snapshots.ts'
import { volumeUri } from '../storage/uris.ts'
import { builder } from './builder.ts'
import { lazyConnection } from './lazy-connection.ts'
import { loadById } from './load-by-id.ts'
import { Node } from './node.ts'
import { Volume } from './refs.ts'
import { Resource } from './resource.ts'
import { SnapshotConnection, snapshotListArguments } from './snapshot-list.ts'
import { snapshotReading } from './snapshot-reading.ts'

export const VolumeState = builder.enumType('VolumeState', {
  description: 'The states of a volume.',
  values: {
    ACTIVE: { value: 'active', description: 'Snapshots can be taken of it.' },
    REMOVED: {
      value: 'removed',
      description:
        'The gateway has forgotten it; its data stays where it is. It can still be read by its id.',
    },
  } as const,
})

Volume.implement({
  description: 'A directory that snapshots are taken of.',
  interfaces: [Node, Resource],
  fields: (t) => ({
    state: t.expose('state', { type: VolumeState, description: 'Whether it is active or removed.' }),
    driver: t.exposeString('driver', { description: 'The name of its storage driver, such as vfs.' }),
    uri: t.string({
      description:
        "Where the volume's data is, as its driver understands it, such as file:///srv/volumes/db.",
      resolve: (row, _, { scope, storage }) => volumeUri(storage, row, scope.volumesRoot),
    }),
    snapshots: t.field({
      type: SnapshotConnection,
      description: 'The snapshots that were taken of it.',
      args: snapshotListArguments,
      resolve: (row, args, { loaders }, info) => {
        const list = listSnapshots(args)
        const key = JSON.stringify(args)
        const { without } = snapshotReading(info)
        return lazyConnection(
          () => loaders.snapshotPages(`${key} without ${without}`, list, { without }).load(row.id),
          () => loaders.snapshotCounts(key, list).load(row.id),
        )
      },
    }),
  }),
})

builder.queryField('volume', (t) =>
  t.field({
    type: Volume,
    nullable: true,
    description: 'A volume by its id, even if it is removed. Null if the account has no such volume.',
    args: { id: t.arg.id({ required: true, description: 'Such as 1v34.' }) },
    resolve: (_, { id }, { loaders }) => loadById('volume', id, loaders.volume),
  }),
)
