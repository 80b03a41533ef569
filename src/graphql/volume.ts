import type { VolumeRow } from '../database/tables.ts'
import { parseId } from '../resources/ids.ts'
import { countList, readPage } from '../resources/list.ts'
import { listSnapshots } from '../snapshots/list-snapshots.ts'
import { createVolume } from '../volumes/create-volume.ts'
import { listVolumes } from '../volumes/list-volumes.ts'
import { removeVolume } from '../volumes/remove-volume.ts'
import { updateVolume } from '../volumes/update-volume.ts'
import { builder } from './builder.ts'
import { change } from './change.ts'
import { connectionType, lazyConnection, pageArguments } from './connection.ts'
import { OrderDirection, RemovedFilter, StringFilter } from './filters.ts'
import { descriptionInput, idempotencyKeyInput } from './input-descriptions.ts'
import { Node } from './node.ts'
import { Volume } from './refs.ts'
import { Resource } from './resource.ts'
import { resultUnion } from './result-union.ts'
import { SnapshotConnection, snapshotListArguments } from './snapshot.ts'

const VolumeState = builder.enumType('VolumeState', {
  description: 'The states of a volume.',
  values: {
    ACTIVE: { value: 'active', description: 'Snapshots can be taken of it.' },
    REMOVED: { value: 'removed', description: 'Forgotten; its data stays where it is. Readable by its id.' },
  } as const,
})

Volume.implement({
  description: 'A directory of which snapshots are taken.',
  interfaces: [Node, Resource],
  fields: (t) => ({
    state: t.expose('state', { type: VolumeState, description: 'Whether it is in use or forgotten.' }),
    driver: t.exposeString('driver', { description: 'The storage driver that keeps it, such as vfs.' }),
    uri: t.string({
      description:
        "Where the volume's data is, as its driver understands it, such as file:///srv/volumes/db.",
      resolve: (row, _, { scope, storage }) =>
        storage.get(row.driver)?.volumeUri({ accountRoot: scope.volumesRoot, path: row.path }) ??
        `${row.driver}:${row.path}`,
    }),
    snapshots: t.field({
      type: SnapshotConnection,
      description: 'The snapshots that were taken of it.',
      args: snapshotListArguments,
      resolve: (row, args, { loaders }) => {
        const list = listSnapshots(args)
        const key = JSON.stringify(args)
        return lazyConnection(
          () => loaders.snapshotPages(key, list).load(row.id),
          () => loaders.snapshotCounts(key, list).load(row.id),
        )
      },
    }),
  }),
})

const VolumeConnection = connectionType('Volume', Volume)

const VolumeFilter = builder.inputType('VolumeFilter', {
  description:
    'All that is given must hold; null is the same as left out. Lists mean any of, an empty list matches nothing, at most 1000 entries.',
  fields: (t) => ({
    name: t.field({ type: StringFilter, description: 'With such a name.' }),
    driver: t.stringList({ description: 'Kept by any of these storage drivers.' }),
    state: t.field({ type: [VolumeState], description: 'In any of these states.' }),
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

const VolumeOrderField = builder.enumType('VolumeOrderField', {
  description: 'NAME: by code points. Ties: by id, in the same direction.',
  values: {
    CREATED: { description: 'By the time at which it was made.' },
    NAME: { description: 'By name, code point by code point.' },
  } as const,
})

const VolumeOrder = builder.inputType('VolumeOrder', {
  description: 'What volumes are ordered by.',
  fields: (t) => ({
    field: t.field({ type: VolumeOrderField, required: true, description: 'The field.' }),
    direction: t.field({ type: OrderDirection, required: true, description: 'The direction.' }),
  }),
})

builder.queryFields((t) => ({
  volume: t.field({
    type: Volume,
    nullable: true,
    description: 'A volume by its id, also a removed one. Null where the account has no such volume.',
    args: { id: t.arg.id({ required: true, description: 'Such as 1v34.' }) },
    resolve: async (_, { id }, { loaders }) => {
      const parsed = parseId(id)
      return parsed?.type === 'volume' ? loaders.volume.load(parsed.id) : null
    },
  }),
  volumes: t.field({
    type: VolumeConnection,
    description: "The account's volumes.",
    args: {
      ...pageArguments,
      filter: t.arg({ type: VolumeFilter, description: 'Only these.' }),
      orderBy: t.arg({
        type: VolumeOrder,
        defaultValue: { field: 'CREATED', direction: 'DESC' },
        description: 'Null: the default, newest first.',
      }),
    },
    resolve: (_, args, { scope }) => {
      const list = listVolumes(args)
      return lazyConnection(
        () => readPage(scope, list),
        () => countList(scope, list),
      )
    },
  }),
}))

const idInput = 'The volume, such as 1v34.'
const nameInput = "1 to 255 characters, no control characters; unique among the account's volumes."

const CreateVolumeInput = builder.inputType('CreateVolumeInput', {
  description: 'A volume to be made, or an existing directory to be adopted.',
  fields: (t) => ({
    name: t.string({ required: true, description: nameInput }),
    description: t.string({ description: descriptionInput }),
    driver: t.string({ description: 'The storage driver; null or left out: vfs.' }),
    path: t.string({
      description:
        'The directory under the volumes root; null or left out: the name. An existing one is adopted, a missing one made.',
    }),
    idempotencyKey: t.string({ description: idempotencyKeyInput }),
  }),
})
const UpdateVolumeInput = builder.inputType('UpdateVolumeInput', {
  description: 'A field left out stays; null clears the description; a null name is refused, NOT_NULLABLE.',
  fields: (t) => ({
    id: t.id({ required: true, description: idInput }),
    name: t.string({ description: nameInput }),
    description: t.string({ description: descriptionInput }),
    idempotencyKey: t.string({ description: idempotencyKeyInput }),
  }),
})
const RemoveVolumeInput = builder.inputType('RemoveVolumeInput', {
  description: 'A volume to be forgotten.',
  fields: (t) => ({
    id: t.id({ required: true, description: idInput }),
    idempotencyKey: t.string({ description: idempotencyKeyInput }),
  }),
})

builder.mutationFields((t) => ({
  createVolume: t.field({
    type: resultUnion<VolumeRow>('CreateVolumeResult', Volume, 'input only'),
    nullable: true,
    description: 'Makes a volume: adopts its directory, or makes it.',
    args: { input: t.arg({ type: CreateVolumeInput, required: true, description: 'What to make.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'volume.create', () => createVolume(context.scope, input, context)),
  }),
  updateVolume: t.field({
    type: resultUnion<VolumeRow>('UpdateVolumeResult', Volume, 'all'),
    nullable: true,
    description: 'Changes name and description; the directory stays.',
    args: { input: t.arg({ type: UpdateVolumeInput, required: true, description: 'What to change.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'volume.update', () => updateVolume(context.scope, input)),
  }),
  removeVolume: t.field({
    type: resultUnion<VolumeRow>('RemoveVolumeResult', Volume, 'all'),
    nullable: true,
    description: 'Forgets the volume; its data stays where it is. Refused while it has snapshots.',
    args: { input: t.arg({ type: RemoveVolumeInput, required: true, description: 'What to forget.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'volume.remove', () => removeVolume(context.scope, input)),
  }),
}))
