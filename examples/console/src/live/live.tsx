import {
  createContext,
  type ReactNode,
  use,
  useEffect,
  useEffectEvent,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { useClient } from 'urql'
import type { Connection, ConnectionState } from './connection.ts'
import { type Following, followEvents, type LiveEvent } from './follow-events.ts'

type Listener = (event: LiveEvent) => void

interface Live {
  state: ConnectionState
  /** How often the history had a gap, after which everything that is shown is asked again. */
  gaps: number
  listeners: Set<Listener>
  reconnect: () => void
}

const LiveContext = createContext<Live | null>(null)

export interface LiveProviderProps {
  connection: Connection
  after: string
  children: ReactNode
}

/** Follows the events as long as the page is seen: one that comes into view again goes on where it was. */
export function LiveProvider({ connection, after, children }: LiveProviderProps) {
  const client = useClient()
  const state = useSyncExternalStore(connection.subscribe, connection.get)
  const [gaps, setGaps] = useState(0)
  const [listeners] = useState(() => new Set<Listener>())
  const following = useRef<Following>(undefined)

  useEffect(() => {
    const current = followEvents(client, {
      after,
      onEvent: (event) => {
        for (const listener of listeners) listener(event)
      },
      onGap: () => setGaps((count) => count + 1),
    })
    following.current = current
    // Of hidden pages a browser lets no more than six be connected to a server of HTTP/1.1.
    const turn = () => (document.hidden ? current.pause() : current.restart())
    const lose = () => connection.set('offline')
    document.addEventListener('visibilitychange', turn)
    addEventListener('online', current.restart)
    addEventListener('offline', lose)
    return () => {
      document.removeEventListener('visibilitychange', turn)
      removeEventListener('online', current.restart)
      removeEventListener('offline', lose)
      current.stop()
    }
  }, [client, connection, after, listeners])

  const live = useMemo(
    () => ({ state, gaps, listeners, reconnect: () => following.current?.restart() }),
    [state, gaps, listeners],
  )
  return <LiveContext value={live}>{children}</LiveContext>
}

export function useLive(): Live {
  const live = use(LiveContext)
  if (!live) throw new Error('there is no LiveProvider')
  return live
}

export function useLiveEvents(listener: Listener): void {
  const { listeners } = useLive()
  const listen = useEffectEvent(listener)
  useEffect(() => {
    const tell: Listener = (event) => listen(event)
    listeners.add(tell)
    return () => void listeners.delete(tell)
  }, [listeners])
}
