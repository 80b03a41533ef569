/**
 * How the stream of events is. `reconnecting` is the first try after it was cut off; `offline` that this has failed too,
 * or that the browser has no network.
 */
export type ConnectionState = 'connecting' | 'live' | 'reconnecting' | 'offline'

export interface Connection {
  get: () => ConnectionState
  set: (state: ConnectionState) => void
  subscribe: (listener: () => void) => () => void
}

/** A value that React reads by useSyncExternalStore. */
export function createConnection(): Connection {
  let state: ConnectionState = 'connecting'
  const listeners = new Set<() => void>()
  return {
    get: () => state,
    set: (next) => {
      if (next === state) return
      state = next
      for (const listener of listeners) listener()
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
