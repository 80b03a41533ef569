import { useState } from 'react'
import { useQuery } from 'urql'
import { ChangeForm } from '../changes/change-form.tsx'
import { useChange } from '../changes/use-change.ts'
import { describeFailure } from '../gateway/describe-failure.ts'
import { graphql } from '../gql/index.ts'
import { Dialog } from '../ui/dialog.tsx'
import { FailureText } from '../ui/failure-text.tsx'
import { Field } from '../ui/field.tsx'
import { useNotify } from '../ui/notices.tsx'
import { goTo } from '../view/use-view.tsx'

const CreateSnapshotMutation = graphql(`
  mutation CreateSnapshot($input: CreateSnapshotInput!) {
    createSnapshot(input: $input) {
      __typename
      ... on Snapshot {
        id
        name
        ...SnapshotRow
        ...SnapshotPanel
      }
      ...Refusal
    }
  }
`)

const VolumeChoices = graphql(`
  query VolumeChoices {
    volumes(first: 100, orderBy: { field: NAME, direction: ASC }) {
      nodes {
        id
        name
      }
      pageInfo {
        hasNextPage
      }
    }
  }
`)

export interface CreateSnapshotProps {
  /** Null: it is chosen. */
  volume: { id: string; name: string } | null
  onClose: () => void
}

export function CreateSnapshot({ volume, onClose }: CreateSnapshotProps) {
  const [chosen, setChosen] = useState(volume?.id ?? '')
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const notify = useNotify()
  const change = useChange(CreateSnapshotMutation, {
    pick: (data) => data.createSnapshot,
    done: 'Snapshot',
    fields: ['volumeId', 'name', 'description'],
  })
  const problems = change.refused?.fields
  const create = async () => {
    const input = { volumeId: chosen, name: name || null, description: description || null }
    const snapshot = await change.send(input)
    if (!snapshot) return
    notify(`Snapshot ${snapshot.name ?? snapshot.id} is being taken.`)
    onClose()
    goTo({ snapshot: snapshot.id })
  }
  return (
    <Dialog title={volume ? `Take a snapshot of ${volume.name}` : 'Take a snapshot'} onClose={onClose}>
      <ChangeForm change={change} submit="Take snapshot" onSubmit={create} onCancel={onClose}>
        {volume ? (
          problems?.volumeId && <p className="problem">{problems.volumeId}</p>
        ) : (
          <VolumeChoice value={chosen} problem={problems?.volumeId} onChange={setChosen} />
        )}
        <Field label="Name" hint="Optional." problem={problems?.name}>
          {(field) => <input {...field} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label="Description" hint="Optional." problem={problems?.description}>
          {(field) => (
            <textarea
              {...field}
              rows={3}
              value={description}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Field>
      </ChangeForm>
    </Dialog>
  )
}

interface VolumeChoiceProps {
  value: string
  problem: string | undefined
  onChange: (id: string) => void
}

function VolumeChoice({ value, problem, onChange }: VolumeChoiceProps) {
  const [{ data, error }, ask] = useQuery({ query: VolumeChoices, requestPolicy: 'cache-and-network' })
  if (!data && error)
    return (
      <FailureText failure={describeFailure(error)} onRetry={() => ask({ requestPolicy: 'network-only' })} />
    )
  const hint = data?.volumes.pageInfo.hasNextPage
    ? { hint: 'These are the first 100: open others first.' }
    : {}
  return (
    <Field label="Volume" problem={problem} {...hint}>
      {(field) => (
        <select {...field} value={value} required onChange={(event) => onChange(event.target.value)}>
          <option value="">Choose a volume</option>
          {data?.volumes.nodes.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}
