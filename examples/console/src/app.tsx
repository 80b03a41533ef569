import { useMemo, useState } from 'react'
import { Provider } from 'urql'
import { ConnectionForm } from './connection/connection-form.tsx'
import { loadSettings, type Settings, saveSettings } from './connection/settings.ts'
import { createGateway } from './gateway/create-gateway.ts'
import { Session } from './session.tsx'

/** Either connected, or asking for what it takes to connect. */
export function App() {
  const [settings, setSettings] = useState(loadSettings)
  const [isAsked, setAsked] = useState<{ problem: string | null } | null>(null)
  const gateway = useMemo(
    () => createGateway(settings, () => setAsked({ problem: refusalOf(settings) })),
    [settings],
  )

  const connect = (chosen: Settings) => {
    saveSettings(chosen)
    setSettings(chosen) // also the same ones are tried anew
    setAsked(null)
  }
  const disconnect = () => {
    saveSettings({ ...settings, credential: '' })
    setSettings({ ...settings, credential: '' })
    setAsked({ problem: null })
  }

  if (isAsked) {
    const goBack = isAsked.problem === null ? () => setAsked(null) : undefined
    return (
      <ConnectionForm settings={settings} problem={isAsked.problem} onConnect={connect} onCancel={goBack} />
    )
  }
  return (
    <Provider value={gateway.client}>
      <Session
        gateway={gateway}
        settings={settings}
        onChange={() => setAsked({ problem: null })}
        onSignOut={disconnect}
      />
    </Provider>
  )
}

function refusalOf({ url, credential }: Settings): string {
  return credential
    ? `${url} does not accept this key or token. It may be mistyped, revoked, or have run out.`
    : `${url} asks for an API key or a token.`
}
