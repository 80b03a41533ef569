import { useState } from 'react'
import { useChange } from '../changes/use-change.ts'
import type { FragmentType } from '../gql/fragment-masking.ts'
import type { Action } from '../gql/graphql.ts'
import { graphql, unmask } from '../gql/index.ts'
import { ActionButton } from '../ui/action-button.tsx'
import { FailureText } from '../ui/failure-text.tsx'
import { useNotify } from '../ui/notices.tsx'
import { EditSnapshot } from './edit-snapshot.tsx'
import { RemoveSnapshot } from './remove-snapshot.tsx'

const SnapshotActionsParts = graphql(`
  fragment SnapshotActions on Snapshot {
    id
    name
    description
    backup {
      id
    }
    actions {
      action
      available
      reason
    }
  }
`)

const BackUpSnapshotMutation = graphql(`
  mutation BackUpSnapshot($input: BackupSnapshotInput!) {
    backupSnapshot(input: $input) {
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

export interface SnapshotActionsProps {
  snapshot: FragmentType<typeof SnapshotActionsParts>
}

/** What can be done with a snapshot now, and why the rest can not. */
export function SnapshotActions({ snapshot }: SnapshotActionsProps) {
  const { id, name, description, backup, actions } = unmask(SnapshotActionsParts, snapshot)
  const [isOpen, setOpen] = useState<'edit' | 'remove' | null>(null)
  const notify = useNotify()
  const backUp = useChange(BackUpSnapshotMutation, { pick: (data) => data.backupSnapshot, done: 'Snapshot' })
  const statusOf = (action: Action) =>
    actions.find((status) => status.action === action) ?? { available: false }
  const shownName = name ?? id
  const close = () => setOpen(null)
  const startBackup = async () => {
    if (!backUp.isSending && (await backUp.send({ id }))) notify(`${shownName} is being backed up.`)
  }
  return (
    <>
      <div className="actions">
        <ActionButton status={statusOf('UPDATE')} onClick={() => setOpen('edit')}>
          Rename
        </ActionButton>
        <ActionButton status={statusOf('BACKUP')} onClick={startBackup}>
          Back up
        </ActionButton>
        <ActionButton status={statusOf('REMOVE')} className="danger" onClick={() => setOpen('remove')}>
          Remove
        </ActionButton>
      </div>
      <div role="alert">
        {backUp.refused?.message && <p className="problem">{backUp.refused.message}</p>}
        {backUp.failed && <FailureText failure={backUp.failed} onRetry={startBackup} />}
      </div>
      {isOpen === 'edit' && <EditSnapshot id={id} name={name} description={description} onClose={close} />}
      {isOpen === 'remove' && (
        <RemoveSnapshot id={id} name={shownName} hasBackup={Boolean(backup)} onClose={close} />
      )}
    </>
  )
}
