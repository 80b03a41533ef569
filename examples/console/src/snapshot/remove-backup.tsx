import { ChangeForm } from '../changes/change-form.tsx'
import { useChange } from '../changes/use-change.ts'
import { graphql } from '../gql/index.ts'
import { Dialog } from '../ui/dialog.tsx'
import { useNotify } from '../ui/notices.tsx'

const RemoveBackupMutation = graphql(`
  mutation RemoveBackup($input: RemoveBackupInput!) {
    removeBackup(input: $input) {
      __typename
      ... on Backup {
        id
        ...BackupFacts
      }
      ...Refusal
    }
  }
`)

export interface RemoveBackupProps {
  id: string
  onClose: () => void
}

export function RemoveBackup({ id, onClose }: RemoveBackupProps) {
  const notify = useNotify()
  const change = useChange(RemoveBackupMutation, { pick: (data) => data.removeBackup, done: 'Backup' })
  const remove = async () => {
    if (!(await change.send({ id }))) return
    notify(`Backup ${id} is being removed.`)
    onClose()
  }
  return (
    <Dialog title={`Remove backup ${id}?`} onClose={onClose}>
      <ChangeForm change={change} submit="Remove backup" isDangerous onSubmit={remove} onCancel={onClose}>
        <p>The copy on the backup target is deleted. This cannot be undone.</p>
      </ChangeForm>
    </Dialog>
  )
}
