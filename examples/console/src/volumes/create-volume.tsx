import { useState } from 'react'
import { ChangeForm } from '../changes/change-form.tsx'
import { useChange } from '../changes/use-change.ts'
import { graphql } from '../gql/index.ts'
import { Dialog } from '../ui/dialog.tsx'
import { Field } from '../ui/field.tsx'
import { useNotify } from '../ui/notices.tsx'
import { goTo } from '../view/use-view.tsx'

const CreateVolumeMutation = graphql(`
  mutation CreateVolume($input: CreateVolumeInput!) {
    createVolume(input: $input) {
      __typename
      ... on Volume {
        id
        name
        ...VolumeHead
      }
      ...Refusal
    }
  }
`)

export function CreateVolume({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('')
  const [path, setPath] = useState('')
  const notify = useNotify()
  const change = useChange(CreateVolumeMutation, {
    pick: (data) => data.createVolume,
    done: 'Volume',
    fields: ['name', 'path'],
  })
  const create = async () => {
    const volume = await change.send({ name, path: path || null })
    if (!volume) return
    notify(`Volume ${volume.name} created.`)
    onClose()
    goTo({ volume: volume.id })
  }
  return (
    <Dialog title="New volume" onClose={onClose}>
      <ChangeForm change={change} submit="Create volume" onSubmit={create} onCancel={onClose}>
        <Field label="Name" problem={change.refused?.fields.name}>
          {(field) => (
            <input {...field} value={name} required onChange={(event) => setName(event.target.value)} />
          )}
        </Field>
        <Field
          label="Path"
          hint="The directory, relative to the gateway's volumes. Empty: the name. One that exists is adopted as it is."
          problem={change.refused?.fields.path}
        >
          {(field) => (
            <input
              {...field}
              value={path}
              spellCheck={false}
              placeholder={name}
              onChange={(event) => setPath(event.target.value)}
            />
          )}
        </Field>
      </ChangeForm>
    </Dialog>
  )
}
