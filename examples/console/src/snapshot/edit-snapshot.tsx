import { useState } from 'react'
import { ChangeForm } from '../changes/change-form.tsx'
import { useChange } from '../changes/use-change.ts'
import { graphql } from '../gql/index.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { useNotify } from '../ui/notices.tsx'

const UpdateSnapshotMutation = graphql(`
  mutation UpdateSnapshot($input: UpdateSnapshotInput!) {
    updateSnapshot(input: $input) {
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

export interface EditSnapshotProps {
  id: string
  name: string | null | undefined
  description: string | null | undefined
  onClose: () => void
}

export function EditSnapshot({ id, onClose, ...before }: EditSnapshotProps) {
  const [name, setName] = useState(before.name ?? '')
  const [description, setDescription] = useState(before.description ?? '')
  const notify = useNotify()
  const change = useChange(UpdateSnapshotMutation, {
    pick: (data) => data.updateSnapshot,
    done: 'Snapshot',
    fields: ['name', 'description'],
  })
  const problems = change.refused?.fields
  const update = async () => {
    // Only what was changed here: the other field may have been changed elsewhere meanwhile.
    const input = {
      id,
      ...(name !== (before.name ?? '') && { name: name || null }),
      ...(description !== (before.description ?? '') && { description: description || null }),
    }
    if (!(await change.send(input))) return
    notify(`${name || id} saved.`)
    onClose()
  }
  return (
    <Dialog title="Rename and describe" onClose={onClose}>
      <ChangeForm change={change} submit="Save" onSubmit={update} onCancel={onClose}>
        <Field label="Name" problem={problems?.name}>
          {(field) => <input {...field} value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label="Description" problem={problems?.description}>
          {(field) => (
            <textarea
              {...field}
              rows={4}
              value={description}
              onChange={(event) => setDescription(event.target.value)}
            />
          )}
        </Field>
      </ChangeForm>
    </Dialog>
  )
}
