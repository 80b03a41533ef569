import { Component, type ReactNode } from 'react'

interface State {
  hasFault: boolean
}

/** A fault of the console itself leaves more than an empty page. */
export class FaultBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { hasFault: false }

  static getDerivedStateFromError(): State {
    return { hasFault: true }
  }

  override render() {
    if (!this.state.hasFault) return this.props.children
    return (
      <main className="entrance">
        <div className="card" role="alert">
          <h1>The console has failed</h1>
          <p>Nothing of the gateway is affected. The browser's console has the reason.</p>
          <div className="buttons">
            <button type="button" className="primary" onClick={() => location.reload()}>
              Reload
            </button>
          </div>
        </div>
      </main>
    )
  }
}
