import { ChangeForm } from '../changes/change-form.tsx'
import { useChange } from '../changes/use-change.ts'
import { graphql } from '../gql/index.ts'
import { Dialog } from '../ui/dialog.tsx'
import { useNotify } from '../ui/notices.tsx'

const RemoveSnapshotMutation = graphql(`
  mutation RemoveSnapshot($input: RemoveSnapshotInput!) {
    removeSnapshot(input: $input) {
      __typename
      ... on Snapshot {
        id
        ...SnapshotRow
        ...SnapshotPanel
      }
      ...Refusal
    }
  }
`)

export interface RemoveSnapshotProps {
  id: string
  name: string
  hasBackup: boolean
  onClose: () => void
}

export function RemoveSnapshot({ id, name, hasBackup, onClose }: RemoveSnapshotProps) {
  const notify = useNotify()
  const change = useChange(RemoveSnapshotMutation, { pick: (data) => data.removeSnapshot, done: 'Snapshot' })
  const remove = async () => {
    if (!(await change.send({ id }))) return
    notify(`${name} is being removed.`)
    onClose()
  }
  return (
    <Dialog title={`Remove ${name}?`} onClose={onClose}>
      <ChangeForm change={change} submit="Remove snapshot" isDangerous onSubmit={remove} onCancel={onClose}>
        <p>Its archive is deleted, and whatever is under way is cancelled. This cannot be undone.</p>
        <p>{hasBackup ? 'Its backup is kept.' : 'It has no backup: nothing of it is left then.'}</p>
      </ChangeForm>
    </Dialog>
  )
}
