import { useEffect, useId, useRef, useState } from 'react'
import { goTo, useView } from '../view/use-view.tsx'
import { isFiltered, orders, statuses, type View } from '../view/view.ts'
import { SnapshotCount } from './snapshot-count.tsx'

const typingPause = 250

export function ListFilters() {
  const view = useView()
  const id = useId()
  return (
    <search className="filters">
      <label className="visually-hidden" htmlFor={`${id}-name`}>
        Name begins with
      </label>
      <NameFilter id={`${id}-name`} name={view.name} />
      <label className="visually-hidden" htmlFor={`${id}-status`}>
        State
      </label>
      <select
        id={`${id}-status`}
        value={view.status ?? ''}
        onChange={({ target }) => goTo({ status: (target.value || null) as View['status'] })}
      >
        <option value="">Any state</option>
        {Object.entries(statuses).map(([status, words]) => (
          <option key={status} value={status}>
            {words}
          </option>
        ))}
      </select>
      <label className="visually-hidden" htmlFor={`${id}-order`}>
        Order
      </label>
      <select
        id={`${id}-order`}
        className="only-phone"
        value={view.order}
        onChange={({ target }) => goTo({ order: target.value as View['order'] })}
      >
        {Object.entries(orders).map(([order, words]) => (
          <option key={order} value={order}>
            {words}
          </option>
        ))}
      </select>
      {isFiltered(view) && (
        <button type="button" className="quiet" onClick={() => goTo({ status: null, name: '' })}>
          Clear filters
        </button>
      )}
      <SnapshotCount view={view} />
    </search>
  )
}

/** What is typed is in the URL after a pause; what comes from the URL, by the back button, is in the field. */
function NameFilter({ id, name }: { id: string; name: string }) {
  const [typed, setTyped] = useState(name)
  const [known, setKnown] = useState(name)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  if (known !== name) {
    setKnown(name)
    setTyped(name)
  }
  const type = (text: string) => {
    setTyped(text)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      setKnown(text)
      goTo({ name: text }, { replace: true })
    }, typingPause)
  }
  return (
    <input
      id={id}
      type="search"
      placeholder="Name begins with…"
      spellCheck={false}
      value={typed}
      onChange={(event) => type(event.target.value)}
    />
  )
}
