import { useState } from 'react'
import type { FragmentType } from '../gql/fragment-masking.ts'
import { graphql, unmask } from '../gql/index.ts'
import { useProgress } from '../live/progress.tsx'
import { ActionButton } from '../ui/action-button.tsx'
import { formatBytes } from '../ui/format-bytes.ts'
import { ProgressBar } from '../ui/progress-bar.tsx'
import { Time } from '../ui/time.tsx'
import { RemoveBackup } from './remove-backup.tsx'

const BackupStatus = graphql(`
  fragment BackupStatus on Backup {
    id
    backupState: state
    transitioning
    transitioningMessage
    transitioningProgress
  }
`)

const BackupFacts = graphql(`
  fragment BackupFacts on Backup {
    id
    created
    uri
    sizeBytes
    checksum
    actions {
      action
      available
      reason
    }
    ...BackupStatus
  }
`)

export interface SnapshotBackupProps {
  backup: FragmentType<typeof BackupFacts>
}

export function SnapshotBackup({ backup: masked }: SnapshotBackupProps) {
  const backup = unmask(BackupFacts, masked)
  const { id, created, uri, sizeBytes, checksum, actions } = backup
  const {
    backupState: state,
    transitioning,
    transitioningMessage,
    transitioningProgress,
  } = unmask(BackupStatus, backup)
  const [isRemoving, setRemoving] = useState(false)
  const remove = actions.find(({ action }) => action === 'REMOVE')
  useProgress(id, transitioning === 'YES')
  if (state === 'REMOVED') return <p className="hint">Backup {id} is removed.</p>
  return (
    <div className="backup">
      {state === 'REMOVING' && (
        <div className="status">
          <span className="badge" data-tone={transitioning === 'ERROR' ? 'failed' : 'busy'}>
            {transitioning === 'ERROR' ? 'Removal failed' : 'Removing'}
          </span>
          {transitioning === 'YES' && <ProgressBar of={id} percent={transitioningProgress ?? null} />}
          {transitioningMessage && <p className="status-message">{transitioningMessage}</p>}
        </div>
      )}
      <dl className="facts">
        <dt>Id</dt>
        <dd>{id}</dd>
        <dt>Verified</dt>
        <dd>
          <Time value={created} withSeconds />
        </dd>
        {sizeBytes != null && (
          <>
            <dt>Size</dt>
            <dd>{formatBytes(sizeBytes)}</dd>
          </>
        )}
        <dt>Checksum</dt>
        <dd>
          <code>{checksum}</code>
        </dd>
        <dt>Copy</dt>
        <dd>
          <code>{uri}</code>
        </dd>
      </dl>
      {remove && (
        <ActionButton status={remove} className="danger" onClick={() => setRemoving(true)}>
          Remove backup
        </ActionButton>
      )}
      {isRemoving && <RemoveBackup id={id} onClose={() => setRemoving(false)} />}
    </div>
  )
}
