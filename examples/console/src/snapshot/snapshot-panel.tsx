import { useEffect, useRef } from 'react'
import { useQuery } from 'urql'
import { describeFailure } from '../gateway/describe-failure.ts'
import type { FragmentType } from '../gql/fragment-masking.ts'
import { graphql, unmask } from '../gql/index.ts'
import { useAskedAgain } from '../live/use-asked-again.ts'
import { SnapshotStatus } from '../snapshots/snapshot-status.tsx'
import { FailureText } from '../ui/failure-text.tsx'
import { useKept } from '../ui/use-kept.ts'
import { SnapshotActions } from './snapshot-actions.tsx'
import { SnapshotBackups } from './snapshot-backups.tsx'
import { SnapshotFacts } from './snapshot-facts.tsx'
import { Timeline } from './timeline.tsx'

const SnapshotPanelParts = graphql(`
  fragment SnapshotPanel on Snapshot {
    id
    name
    description
    ...SnapshotStatus
    ...SnapshotActions
    ...SnapshotFacts
  }
`)

const SnapshotQuery = graphql(`
  query Snapshot($id: ID!) {
    snapshot(id: $id) {
      ...SnapshotPanel
    }
  }
`)

export interface SnapshotPanelProps {
  id: string
  onClose: () => void
}

/** All about one snapshot, beside the list; on a phone in place of it. */
export function SnapshotPanel({ id, onClose }: SnapshotPanelProps) {
  const [{ data, error }, ask] = useQuery({
    query: SnapshotQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  })
  const kept = useKept(data)
  const refresh = () => ask({ requestPolicy: 'network-only' })
  useAskedAgain({ ask: refresh, hasFailed: error !== undefined })

  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    // Whoever comes by a link begins at the top of the page.
    if (document.activeElement !== document.body) panel.current?.focus({ preventScroll: true })
  }, [])
  const close = () => {
    onClose()
    // Its link in the list is where one came from.
    requestAnimationFrame(() =>
      (document.getElementById(`row-${id}`) ?? document.getElementById('content'))?.focus(),
    )
  }

  return (
    <aside
      ref={panel}
      className="panel"
      aria-label={`Snapshot ${id}`}
      tabIndex={-1}
      onKeyDown={(event) => {
        const isInDialog = event.target instanceof Element && event.target.closest('dialog')
        if (event.key === 'Escape' && !isInDialog) close()
      }}
    >
      <button type="button" className="quiet close" onClick={close}>
        Close
      </button>
      {kept?.snapshot ? (
        <Inside snapshot={kept.snapshot} />
      ) : kept ? (
        <h2>No such snapshot</h2>
      ) : error ? (
        <FailureText failure={describeFailure(error)} onRetry={refresh} />
      ) : (
        <p role="status" aria-label="Loading" className="skeleton" />
      )}
    </aside>
  )
}

function Inside({ snapshot: masked }: { snapshot: FragmentType<typeof SnapshotPanelParts> }) {
  const snapshot = unmask(SnapshotPanelParts, masked)
  const { id, name, description } = snapshot
  return (
    <>
      <h2>{name ?? id}</h2>
      {description && <p className="description">{description}</p>}
      <SnapshotStatus snapshot={snapshot} />
      <SnapshotActions snapshot={snapshot} />
      <SnapshotFacts snapshot={snapshot} />
      <SnapshotBackups snapshotId={id} />
      <Timeline snapshotId={id} />
    </>
  )
}
