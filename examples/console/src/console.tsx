import type { Settings } from './connection/settings.ts'
import { ConnectionIndicator, OfflineBanner } from './live/connection-indicator.tsx'
import { SnapshotPanel } from './snapshot/snapshot-panel.tsx'
import { SnapshotList } from './snapshots/snapshot-list.tsx'
import { goTo, useView } from './view/use-view.tsx'
import { useViewer } from './viewer.tsx'
import { VolumeHeader } from './volumes/volume-header.tsx'
import { VolumeList } from './volumes/volume-list.tsx'

export interface ConsoleProps {
  settings: Settings
  onChange: () => void
  onSignOut: () => void
}

export function Console({ settings, onChange, onSignOut }: ConsoleProps) {
  const view = useView()
  const { account, role } = useViewer()
  return (
    <>
      <a className="skip-link" href="#content">
        Skip to the snapshots
      </a>
      <header className="top">
        <strong className="product">Snapshots</strong>
        <ConnectionIndicator />
        <span className="who" title={settings.url}>
          {account.name ?? account.id} · {role.toLowerCase()}
        </span>
        <button type="button" className="quiet" onClick={onChange}>
          Connection
        </button>
        {settings.credential && (
          <button type="button" className="quiet" onClick={onSignOut}>
            Sign out
          </button>
        )}
      </header>
      <OfflineBanner />
      <div className="columns" data-panel={view.snapshot ? 'open' : undefined}>
        <VolumeList />
        <main id="content" tabIndex={-1}>
          <VolumeHeader key={view.volume} volume={view.volume} />
          <SnapshotList />
        </main>
        {view.snapshot && (
          <SnapshotPanel key={view.snapshot} id={view.snapshot} onClose={() => goTo({ snapshot: null })} />
        )}
      </div>
    </>
  )
}
