import { createVolume } from '../volumes/create-volume.ts'
import { removeVolume } from '../volumes/remove-volume.ts'
import { updateVolume } from '../volumes/update-volume.ts'
import { builder } from './builder.ts'
import { change } from './change.ts'
import { descriptionField, idempotencyKeyField, idInput } from './input-fields.ts'
import { Volume } from './refs.ts'
import { resultUnion } from './result-union.ts'

const theVolume = 'The volume, such as 1v34.'
const nameInput = "1 to 255 characters, no control characters; unique among the account's volumes."

const CreateVolumeInput = builder.inputType('CreateVolumeInput', {
  description: 'A volume to be made, or an existing directory to be adopted.',
  fields: (t) => ({
    name: t.string({ required: true, description: nameInput }),
    description: descriptionField(t),
    driver: t.string({ description: 'The storage driver; null or left out: vfs.' }),
    path: t.string({
      description:
        'The directory under the volumes root; null or left out: the name. An existing one is adopted, a missing one made.',
    }),
    idempotencyKey: idempotencyKeyField(t),
  }),
})
const UpdateVolumeInput = builder.inputType('UpdateVolumeInput', {
  description: 'A field left out stays; null clears the description; a null name is refused, NOT_NULLABLE.',
  fields: (t) => ({
    id: t.id({ required: true, description: theVolume }),
    name: t.string({ description: nameInput }),
    description: descriptionField(t),
    idempotencyKey: idempotencyKeyField(t),
  }),
})
const RemoveVolumeInput = idInput('RemoveVolumeInput', 'A volume to be forgotten.', theVolume)

builder.mutationFields((t) => ({
  createVolume: t.field({
    type: resultUnion('CreateVolumeResult', Volume, 'input only'),
    nullable: true,
    description: 'Makes a volume: adopts its directory, or makes it.',
    args: { input: t.arg({ type: CreateVolumeInput, required: true, description: 'What to make.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'volume.create', () => createVolume(context.scope, input, context)),
  }),
  updateVolume: t.field({
    type: resultUnion('UpdateVolumeResult', Volume, 'all'),
    nullable: true,
    description: 'Changes name and description; the directory stays.',
    args: { input: t.arg({ type: UpdateVolumeInput, required: true, description: 'What to change.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'volume.update', () => updateVolume(context.scope, input)),
  }),
  removeVolume: t.field({
    type: resultUnion('RemoveVolumeResult', Volume, 'all'),
    nullable: true,
    description: 'Forgets the volume; its data stays where it is. Refused while it has snapshots.',
    args: { input: t.arg({ type: RemoveVolumeInput, required: true, description: 'What to forget.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'volume.remove', () => removeVolume(context.scope, input)),
  }),
}))
