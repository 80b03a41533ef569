import { ChangeForm } from '../changes/change-form.tsx'
import { useChange } from '../changes/use-change.ts'
import { graphql } from '../gql/index.ts'
import { Dialog } from '../ui/dialog.tsx'
import { useNotify } from '../ui/notices.tsx'
import { goTo } from '../view/use-view.tsx'

const RemoveVolumeMutation = graphql(`
  mutation RemoveVolume($input: RemoveVolumeInput!) {
    removeVolume(input: $input) {
      __typename
      ... on Volume {
        id
        ...VolumeHead
      }
      ...Refusal
    }
  }
`)

export interface RemoveVolumeProps {
  id: string
  name: string
  uri: string
  onClose: () => void
}

export function RemoveVolume({ id, name, uri, onClose }: RemoveVolumeProps) {
  const notify = useNotify()
  const change = useChange(RemoveVolumeMutation, { pick: (data) => data.removeVolume, done: 'Volume' })
  const remove = async () => {
    if (!(await change.send({ id }))) return
    notify(`Volume ${name} removed.`)
    onClose()
    goTo({ volume: null })
  }
  return (
    <Dialog title={`Remove volume ${name}?`} onClose={onClose}>
      <ChangeForm change={change} submit="Remove volume" isDangerous onSubmit={remove} onCancel={onClose}>
        <p>
          The gateway forgets the volume. Its data stays where it is: <code>{uri}</code>
        </p>
      </ChangeForm>
    </Dialog>
  )
}
