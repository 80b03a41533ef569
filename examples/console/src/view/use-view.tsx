import { type AnchorHTMLAttributes, type MouseEvent, useMemo, useSyncExternalStore } from 'react'
import { changeView, readView, type View, writeView } from './view.ts'

const moved = 'console:moved'

function subscribe(listener: () => void): () => void {
  addEventListener('popstate', listener)
  addEventListener(moved, listener)
  return () => {
    removeEventListener('popstate', listener)
    removeEventListener(moved, listener)
  }
}

export function useView(): View {
  const search = useSyncExternalStore(subscribe, () => location.search)
  return useMemo(() => readView(search), [search])
}

/** Replacing leaves no step for the back button: for what is typed. */
export function goTo(change: Partial<View>, { replace = false } = {}): void {
  const url = location.pathname + writeView(changeView(readView(location.search), change))
  if (replace) history.replaceState(null, '', url)
  else history.pushState(null, '', url)
  dispatchEvent(new Event(moved))
}

export interface ViewLinkProps extends AnchorHTMLAttributes<HTMLAnchorElement> {
  to: Partial<View>
}

/** A real link, which can be copied and opened elsewhere. */
export function ViewLink({ to, onClick, ...attributes }: ViewLinkProps) {
  const view = useView()
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event)
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    goTo(to)
  }
  return <a {...attributes} href={writeView(changeView(view, to))} onClick={follow} />
}
