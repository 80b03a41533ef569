import { createVolume } from '../volumes/create-volume.ts'
import { removeVolume } from '../volumes/remove-volume.ts'
import { updateVolume } from '../volumes/update-volume.ts'
import { builder } from './builder.ts'
import { change } from './change.ts'
import { descriptionField, idempotencyKeyField, idInput } from './input-fields.ts'
import { Volume } from './refs.ts'
import { resultUnion } from './result-union.ts'

const theVolume = 'The volume, such as 1v34.'
const nameInput =
  "1 to 255 characters, no control characters. It must be unique among the account's volumes that are not removed."

const CreateVolumeInput = builder.inputType('CreateVolumeInput', {
  description: 'The volume to create.',
  fields: (t) => ({
    name: t.string({ required: true, description: nameInput }),
    description: descriptionField(t),
    driver: t.string({ description: 'The storage driver. Null or left out: vfs.' }),
    path: t.string({
      description:
        'The directory, relative to the volumes root. Null or left out: the name. A directory that exists is adopted as it is, a missing one is created.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
})
const UpdateVolumeInput = builder.inputType('UpdateVolumeInput', {
  description:
    'A field that is left out stays as it is; null clears the description. A null name is refused with NOT_NULLABLE.',
  fields: (t) => ({
    id: t.id({ required: true, description: theVolume }),
    name: t.string({ description: nameInput }),
    description: descriptionField(t),
    idempotencyKey: idempotencyKeyField(t),
  }),
})
const RemoveVolumeInput = idInput('RemoveVolumeInput', 'The volume to remove.', theVolume)

builder.mutationFields((t) => ({
  createVolume: t.field({
    type: resultUnion('CreateVolumeResult', Volume, 'input only'),
    nullable: true,
    description: 'Creates a volume of a directory that exists, or of a new one.',
    args: { input: t.arg({ type: CreateVolumeInput, required: true, description: 'The volume to create.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'volume.create', () => createVolume(context.scope, input, context)),
  }),
  updateVolume: t.field({
    type: resultUnion('UpdateVolumeResult', Volume, 'all'),
    nullable: true,
    description: 'Changes the name and description of a volume. Its directory stays the same.',
    args: { input: t.arg({ type: UpdateVolumeInput, required: true, description: 'What to change.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'volume.update', () => updateVolume(context.scope, input)),
  }),
  removeVolume: t.field({
    type: resultUnion('RemoveVolumeResult', Volume, 'all'),
    nullable: true,
    description:
      'Removes a volume: the gateway forgets it, and its data stays where it is. Refused while it has snapshots that are not removed.',
    args: { input: t.arg({ type: RemoveVolumeInput, required: true, description: 'The volume to remove.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'volume.remove', () => removeVolume(context.scope, input)),
  }),
}))
