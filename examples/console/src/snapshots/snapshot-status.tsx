import type { FragmentType } from '../gql/fragment-masking.ts'
import type { SnapshotState } from '../gql/graphql.ts'
import { graphql, unmask } from '../gql/index.ts'
import { useProgress } from '../live/progress.tsx'
import { ProgressBar } from '../ui/progress-bar.tsx'
import { statuses } from '../view/view.ts'

const SnapshotStatusParts = graphql(`
  fragment SnapshotStatus on Snapshot {
    id
    name
    state
    transitioning
    transitioningMessage
    transitioningProgress
  }
`)

export interface SnapshotStatusProps {
  snapshot: FragmentType<typeof SnapshotStatusParts>
}

/** Where a snapshot is in its life, in words; how far it is, and what is said about it. */
export function SnapshotStatus({ snapshot }: SnapshotStatusProps) {
  const status = unmask(SnapshotStatusParts, snapshot)
  const { id, name, state, transitioning, transitioningMessage, transitioningProgress } = status
  const isUnderWay = transitioning === 'YES'
  useProgress(id, isUnderWay)
  return (
    <div className="status">
      <span className="badge" data-tone={transitioning === 'ERROR' ? 'failed' : tones[state]}>
        {transitioning === 'ERROR' ? failures[state] : statuses[state]}
      </span>
      {isUnderWay && <ProgressBar of={name ?? id} percent={transitioningProgress ?? null} />}
      {transitioningMessage && transitioning !== 'NO' && (
        <p className="status-message" title={transitioningMessage}>
          {transitioningMessage}
        </p>
      )}
    </div>
  )
}

const tones: Record<SnapshotState, 'busy' | 'done' | 'safe' | 'gone'> = {
  REQUESTED: 'busy',
  CREATING: 'busy',
  CREATED: 'done',
  BACKING_UP: 'busy',
  BACKED_UP: 'safe',
  REMOVING: 'busy',
  REMOVED: 'gone',
}

/** The state that one is in where the last transition failed says which one that was. */
const failures: Record<SnapshotState, string> = {
  ...statuses,
  CREATING: 'Not created',
  CREATED: 'Created, backup failed',
  REMOVING: 'Removal failed',
}
