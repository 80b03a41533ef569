import { useId, useState } from 'react'
import { useView, ViewLink } from '../view/use-view.tsx'
import { useViewer } from '../viewer.tsx'
import { CreateVolume } from './create-volume.tsx'
import { VolumePage } from './volume-page.tsx'

/** From so many on, one may look for one by name. */
const manyVolumes = 12

/** The volumes, of which one is looked at, or all. */
export function VolumeList() {
  const [isOpen, setOpen] = useState(false)
  const [isCreating, setCreating] = useState(false)
  const [name, setName] = useState('')
  const [isMany, setMany] = useState(false)
  const { volume } = useView()
  const { role } = useViewer()
  const findId = useId()
  const isAdmin = role === 'ADMIN'

  const count = (rows: number) => {
    if (name === '') setMany(rows > manyVolumes)
  }
  return (
    <nav className="volumes" aria-label="Volumes" data-open={isOpen}>
      <div className="volumes-head">
        <h2>Volumes</h2>
        <button
          type="button"
          className="quiet only-phone"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'Hide' : 'Show'} volumes
        </button>
        <button
          type="button"
          className="quiet"
          aria-disabled={!isAdmin}
          title={isAdmin ? undefined : 'Administrators alone create volumes.'}
          onClick={() => isAdmin && setCreating(true)}
        >
          New volume
        </button>
      </div>
      <div className="volumes-body">
        {isMany && (
          <div className="field">
            <label htmlFor={findId} className="visually-hidden">
              Find a volume by the beginning of its name
            </label>
            <input
              id={findId}
              type="search"
              placeholder="Find a volume"
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </div>
        )}
        <ul>
          <li>
            <ViewLink to={{ volume: null }} aria-current={volume === null ? 'page' : undefined}>
              All volumes
            </ViewLink>
          </li>
          <VolumePage key={name} after={null} name={name} onCount={count} />
        </ul>
      </div>
      {isCreating && <CreateVolume onClose={() => setCreating(false)} />}
    </nav>
  )
}
