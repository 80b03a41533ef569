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
  description: 'The snapshot to take.',
  fields: (t) => ({
    volumeId: t.id({
      required: true,
      description: 'The volume to take it of, such as 1v34. It must not be removed.',
    }),
    name: t.string({
      description: '1 to 255 characters, no control characters. It may be null, and need not be unique.',
    }),
    description: descriptionField(t),
    idempotencyKey: idempotencyKeyField(t),
  }),
})
const UpdateSnapshotInput = builder.inputType('UpdateSnapshotInput', {
  description: 'A field that is left out stays as it is; null clears it.',
  fields: (t) => ({
    id: t.id({ required: true, description: theSnapshot }),
    name: t.string({ description: '1 to 255 characters, no control characters.' }),
    description: descriptionField(t),
    idempotencyKey: idempotencyKeyField(t),
  }),
})
const BackupSnapshotInput = idInput('BackupSnapshotInput', 'The snapshot to back up.', theSnapshot)
const RemoveSnapshotInput = idInput('RemoveSnapshotInput', 'The snapshot to remove.', theSnapshot)

builder.mutationFields((t) => ({
  createSnapshot: t.field({
    type: resultUnion('CreateSnapshotResult', Snapshot, 'input only'),
    nullable: true,
    description:
      'Takes a snapshot of a volume. Answers at once; the snapshot is taken in the background. (Rancher: POST /v1/snapshot.)',
    args: {
      input: t.arg({ type: CreateSnapshotInput, required: true, description: 'The snapshot to take.' }),
    },
    resolve: (_, { input }, context) =>
      change(context, 'snapshot.create', () => createSnapshot(context.scope, input, context)),
  }),
  updateSnapshot: t.field({
    type: resultUnion('UpdateSnapshotResult', Snapshot, 'all'),
    nullable: true,
    description:
      'Changes the name and description of a snapshot. Refused once its removal has been accepted.',
    args: { input: t.arg({ type: UpdateSnapshotInput, required: true, description: 'What to change.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'snapshot.update', () => updateSnapshot(context.scope, input, context)),
  }),
  backupSnapshot: t.field({
    type: resultUnion('BackupSnapshotResult', Snapshot, 'all'),
    nullable: true,
    description:
      'Backs up a snapshot that is CREATED. Answers at once; the copy is made and verified in the background. (Rancher: the action backup.)',
    args: {
      input: t.arg({ type: BackupSnapshotInput, required: true, description: 'The snapshot to back up.' }),
    },
    resolve: (_, { input }, context) =>
      change(context, 'snapshot.backup', () => backupSnapshot(context.scope, input, context)),
  }),
  removeSnapshot: t.field({
    type: resultUnion('RemoveSnapshotResult', Snapshot, 'all'),
    nullable: true,
    description:
      'Removes a snapshot, and cancels any work on it. Answers at once; the archive is deleted in the background. A backup is kept. (Rancher: the action remove.)',
    args: {
      input: t.arg({ type: RemoveSnapshotInput, required: true, description: 'The snapshot to remove.' }),
    },
    resolve: (_, { input }, context) =>
      change(context, 'snapshot.remove', () => removeSnapshot(context.scope, input, context)),
  }),
}))
