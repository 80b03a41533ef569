import { goTo } from '../view/use-view.tsx'
import { isFiltered, type View } from '../view/view.ts'
import { useHasVolumes } from '../volumes/use-has-volumes.ts'

/** Why there is nothing, and what to do about it. */
export function NoSnapshots({ view }: { view: View }) {
  const hasVolumes = useHasVolumes()
  if (view.after !== null || view.before !== null)
    return (
      <Empty title="Nothing more">
        <p>What was on this page is not there any more.</p>
      </Empty>
    )
  if (isFiltered(view))
    return (
      <Empty title="No snapshot matches">
        <p>Names are compared from their beginning, upper and lower case apart.</p>
        <button type="button" onClick={() => goTo({ status: null, name: '' })}>
          Clear filters
        </button>
      </Empty>
    )
  if (view.volume === null && hasVolumes === false)
    return (
      <Empty title="No volume yet">
        <p>
          A volume is a directory that snapshots are taken of. Make one by <strong>New volume</strong>; a
          directory that exists is adopted as it is.
        </p>
      </Empty>
    )
  return (
    <Empty title="No snapshot yet">
      <p>
        A snapshot is a stored copy of a volume. Take one by <strong>Take snapshot</strong>.
      </p>
    </Empty>
  )
}

function Empty({ title, children }: { title: string; children: React.ReactNode }) {
  return (
    <div className="empty">
      <h2>{title}</h2>
      {children}
    </div>
  )
}
