import { backupSnapshot } from '../snapshots/backup-snapshot.ts'
import { createSnapshot } from '../snapshots/create-snapshot.ts'
import { removeSnapshot } from '../snapshots/remove-snapshot.ts'
import { updateSnapshot } from '../snapshots/update-snapshot.ts'
import { builder } from './builder.ts'
import { change } from './change.ts'
import { descriptionField, idempotencyKeyField, idInput } from './input-fields.ts'
import { Snapshot } from './refs.ts'
import { resultUnion } from './result-union.ts'

const theSnapshot = 'The snapshot, such as 1s12.'

const CreateSnapshotInput = builder.inputType('CreateSnapshotInput', {
  description: 'A snapshot to be taken.',
  fields: (t) => ({
    volumeId: t.id({ required: true, description: 'The volume, such as 1v34; it must not be removed.' }),
    name: t.string({
      description: '1 to 255 characters, no control characters; may be null. Need not be unique.',
    }),
    description: descriptionField(t),
    idempotencyKey: idempotencyKeyField(t),
  }),
})
const UpdateSnapshotInput = builder.inputType('UpdateSnapshotInput', {
  description: 'A field left out stays; null clears it.',
  fields: (t) => ({
    id: t.id({ required: true, description: theSnapshot }),
    name: t.string({ description: '1 to 255 characters, no control characters.' }),
    description: descriptionField(t),
    idempotencyKey: idempotencyKeyField(t),
  }),
})
const BackupSnapshotInput = idInput('BackupSnapshotInput', 'A snapshot to be backed up.', theSnapshot)
const RemoveSnapshotInput = idInput('RemoveSnapshotInput', 'A snapshot to be removed.', theSnapshot)

builder.mutationFields((t) => ({
  createSnapshot: t.field({
    type: resultUnion('CreateSnapshotResult', Snapshot, 'input only'),
    nullable: true,
    description:
      'Takes a snapshot of a volume. Answers at once; the work goes on in the background. (Rancher: POST /v1/snapshot.)',
    args: { input: t.arg({ type: CreateSnapshotInput, required: true, description: 'What to take.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'snapshot.create', () => createSnapshot(context.scope, input, context)),
  }),
  updateSnapshot: t.field({
    type: resultUnion('UpdateSnapshotResult', Snapshot, 'all'),
    nullable: true,
    description: 'Changes name and description. Not while it is being removed, or after.',
    args: { input: t.arg({ type: UpdateSnapshotInput, required: true, description: 'What to change.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'snapshot.update', () => updateSnapshot(context.scope, input)),
  }),
  backupSnapshot: t.field({
    type: resultUnion('BackupSnapshotResult', Snapshot, 'all'),
    nullable: true,
    description:
      'Backs a snapshot up, only from CREATED. Answers at once; the copy is made and verified in the background. (Rancher: the action backup.)',
    args: { input: t.arg({ type: BackupSnapshotInput, required: true, description: 'What to back up.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'snapshot.backup', () => backupSnapshot(context.scope, input, context)),
  }),
  removeSnapshot: t.field({
    type: resultUnion('RemoveSnapshotResult', Snapshot, 'all'),
    nullable: true,
    description:
      'Removes a snapshot. Cancels what is under way; the backup, if any, is kept. (Rancher: the action remove.)',
    args: { input: t.arg({ type: RemoveSnapshotInput, required: true, description: 'What to remove.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'snapshot.remove', () => removeSnapshot(context.scope, input, context)),
  }),
}))
