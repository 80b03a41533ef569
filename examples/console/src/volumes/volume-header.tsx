import { useState } from 'react'
import { useQuery } from 'urql'
import { describeFailure } from '../gateway/describe-failure.ts'
import type { FragmentType } from '../gql/fragment-masking.ts'
import { graphql, unmask } from '../gql/index.ts'
import { useAskedAgain } from '../live/use-asked-again.ts'
import { CreateSnapshot } from '../snapshots/create-snapshot.tsx'
import { ActionButton } from '../ui/action-button.tsx'
import { FailureText } from '../ui/failure-text.tsx'
import { useKept } from '../ui/use-kept.ts'
import { useViewer } from '../viewer.tsx'
import { RemoveVolume } from './remove-volume.tsx'
import { useHasVolumes } from './use-has-volumes.ts'

const VolumeHead = graphql(`
  fragment VolumeHead on Volume {
    id
    name
    uri
    state
    actions {
      action
      available
      reason
    }
  }
`)

const VolumeQuery = graphql(`
  query Volume($id: ID!) {
    volume(id: $id) {
      ...VolumeHead
    }
  }
`)

export interface VolumeHeaderProps {
  volume: string | null
}

/** What the list is of, and what can be done with that. */
export function VolumeHeader({ volume }: VolumeHeaderProps) {
  const hasVolumes = useHasVolumes()
  return volume === null ? (
    <header className="page-head">
      <title>Snapshots</title>
      <h1>All snapshots</h1>
      {hasVolumes !== false && <TakeSnapshot volume={null} />}
    </header>
  ) : (
    <OneVolume id={volume} />
  )
}

function OneVolume({ id }: { id: string }) {
  const [{ data, error }, ask] = useQuery({
    query: VolumeQuery,
    variables: { id },
    requestPolicy: 'cache-and-network',
  })
  const kept = useKept(data)
  const refresh = () => ask({ requestPolicy: 'network-only' })
  useAskedAgain({
    ask: refresh,
    // Whether it may be removed depends on whether it has snapshots.
    isChangedBy: ({ volumeId, from, to }) => volumeId === id && (from === null || to === 'REMOVED'),
    hasFailed: error !== undefined,
  })
  if (kept?.volume) return <Head volume={kept.volume} />
  return (
    <header className="page-head">
      <h1>{kept ? 'No such volume' : <span className="skeleton" />}</h1>
      {!kept && error && <FailureText failure={describeFailure(error)} onRetry={refresh} />}
    </header>
  )
}

function Head({ volume: masked }: { volume: FragmentType<typeof VolumeHead> }) {
  const { id, name, uri, state, actions } = unmask(VolumeHead, masked)
  const [isRemoving, setRemoving] = useState(false)
  const remove = actions.find(({ action }) => action === 'REMOVE')
  return (
    <header className="page-head">
      <title>{`${name} · Snapshots`}</title>
      <div className="page-title">
        <h1>{name}</h1>
        <p className="path">{decodeURI(uri.replace('file://', ''))}</p>
      </div>
      {state === 'ACTIVE' ? (
        <>
          {remove && (
            <ActionButton status={remove} onClick={() => setRemoving(true)}>
              Remove volume
            </ActionButton>
          )}
          <TakeSnapshot volume={{ id, name: name ?? id }} />
        </>
      ) : (
        <p className="hint">This volume is removed.</p>
      )}
      {isRemoving && <RemoveVolume id={id} name={name ?? id} uri={uri} onClose={() => setRemoving(false)} />}
    </header>
  )
}

function TakeSnapshot({ volume }: { volume: { id: string; name: string } | null }) {
  const [isOpen, setOpen] = useState(false)
  const { role } = useViewer()
  const status = {
    available: role !== 'VIEWER',
    reason: role === 'VIEWER' ? 'Your role only reads.' : null,
  }
  return (
    <>
      <ActionButton status={status} className="primary" onClick={() => setOpen(true)}>
        Take snapshot
      </ActionButton>
      {isOpen && <CreateSnapshot volume={volume} onClose={() => setOpen(false)} />}
    </>
  )
}
