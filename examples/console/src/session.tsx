import { useQuery } from 'urql'
import type { Settings } from './connection/settings.ts'
import { Console } from './console.tsx'
import type { Gateway } from './gateway/create-gateway.ts'
import { describeFailure } from './gateway/describe-failure.ts'
import { graphql } from './gql/index.ts'
import { LiveProvider } from './live/live.tsx'
import { ProgressProvider } from './live/progress.tsx'
import { FailureText } from './ui/failure-text.tsx'
import { NoticesProvider } from './ui/notices.tsx'
import { useKept } from './ui/use-kept.ts'
import { ViewerProvider } from './viewer.tsx'

const SessionQuery = graphql(`
  query Session {
    viewer {
      ...ViewerParts
    }
    snapshotEvents(first: 0) {
      latestCursor
    }
  }
`)

export interface SessionProps {
  gateway: Gateway
  settings: Settings
  onChange: () => void
  onSignOut: () => void
}

/** Finds out who one is, and from where on there are events, before anything is shown that they change. */
export function Session({ gateway, settings, onChange, onSignOut }: SessionProps) {
  const [{ data, error }, ask] = useQuery({ query: SessionQuery })
  const session = useKept(data)
  const after = session?.snapshotEvents?.latestCursor
  if (session && after)
    return (
      <NoticesProvider>
        <ViewerProvider viewer={session.viewer}>
          <LiveProvider connection={gateway.connection} after={after}>
            <ProgressProvider>
              <Console settings={settings} onChange={onChange} onSignOut={onSignOut} />
            </ProgressProvider>
          </LiveProvider>
        </ViewerProvider>
      </NoticesProvider>
    )
  return (
    <main className="entrance">
      {error ? (
        <div className="card" role="alert">
          <h1>No connection</h1>
          <p>
            <code>{settings.url}</code>
          </p>
          <FailureText failure={describeFailure(error)} />
          <div className="buttons">
            <button type="button" onClick={onChange}>
              Change connection
            </button>
            <button type="button" className="primary" onClick={() => ask({ requestPolicy: 'network-only' })}>
              Try again
            </button>
          </div>
        </div>
      ) : (
        <p role="status">Connecting…</p>
      )}
    </main>
  )
}
