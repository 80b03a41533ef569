import type { ConnectionState } from './connection.ts'
import { useLive } from './live.tsx'

const words: Record<ConnectionState, string> = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
}

/** Whether what is shown is kept up to date. */
export function ConnectionIndicator() {
  const { state } = useLive()
  return (
    <span role="status" aria-label="Updates" className="connection" data-state={state}>
      {words[state]}
    </span>
  )
}

export function OfflineBanner() {
  const { state, reconnect } = useLive()
  if (state !== 'offline') return null
  return (
    <div className="banner" role="alert">
      <p>
        <strong>{navigator.onLine ? 'The gateway does not answer.' : 'You are offline.'}</strong> What you see
        may be out of date; it catches up by itself as soon as the gateway is back.
      </p>
      <button type="button" onClick={reconnect}>
        Try now
      </button>
    </div>
  )
}
