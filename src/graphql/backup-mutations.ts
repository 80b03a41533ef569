import { removeBackup } from '../backups/remove-backup.ts'
import { builder } from './builder.ts'
import { change } from './change.ts'
import { idInput } from './input-fields.ts'
import { Backup } from './refs.ts'
import { resultUnion } from './result-union.ts'

const RemoveBackupInput = idInput('RemoveBackupInput', 'The backup to remove.', 'The backup, such as 1b56.')

builder.mutationFields((t) => ({
  removeBackup: t.field({
    type: resultUnion('RemoveBackupResult', Backup, 'all'),
    nullable: true,
    description:
      'Deletes a backup and its copy. Answers at once; the copy is deleted in the background. The snapshot, if it is BACKED_UP, is CREATED again at once and can be backed up again.',
    args: { input: t.arg({ type: RemoveBackupInput, required: true, description: 'The backup to remove.' }) },
    resolve: (_, { input }, context) =>
      change(context, 'backup.remove', () => removeBackup(context.scope, input, context)),
  }),
}))
