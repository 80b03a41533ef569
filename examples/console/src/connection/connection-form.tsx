import { type FormEvent, useState } from 'react'
import { Field } from '../ui/field.tsx'
import { defaultUrl, type Settings } from './settings.ts'

export interface ConnectionFormProps {
  settings: Settings
  /** Why it is asked for. */
  problem: string | null
  onConnect: (settings: Settings) => void
  /** Left out where there is nothing to go back to. */
  onCancel?: (() => void) | undefined
}

/** Asks for the gateway and the credential. */
export function ConnectionForm({ settings, problem, onConnect, onCancel }: ConnectionFormProps) {
  const [url, setUrl] = useState(settings.url)
  const [credential, setCredential] = useState(settings.credential)
  const [urlProblem, setUrlProblem] = useState<string>()

  const connect = (event: FormEvent) => {
    event.preventDefault()
    const isUrl = /^https?:$/.test(URL.parse(url, location.href)?.protocol ?? '')
    setUrlProblem(isUrl ? undefined : 'This is no address: it is like http://127.0.0.1:4000/graphql.')
    if (isUrl) onConnect({ url: url.trim(), credential: credential.trim() })
  }

  return (
    <main className="entrance">
      <title>Connect · Snapshots</title>
      <form className="card" onSubmit={connect} noValidate>
        <h1>Connect to a gateway</h1>
        {problem && (
          <p className="problem" role="alert">
            {problem}
          </p>
        )}
        <Field label="Gateway" hint="Its GraphQL endpoint." problem={urlProblem}>
          {(field) => (
            <input
              {...field}
              type="url"
              value={url}
              placeholder={defaultUrl}
              autoComplete="url"
              spellCheck={false}
              onChange={(event) => setUrl(event.target.value)}
            />
          )}
        </Field>
        <Field
          label="API key or token"
          hint="ACCESSKEY:SECRET, or a token of your identity provider. Empty where the gateway asks for none. It is kept until this tab is closed."
        >
          {(field) => (
            <input
              {...field}
              type="password"
              value={credential}
              autoComplete="current-password"
              // biome-ignore lint/a11y/noAutofocus: the one thing to be done on this page
              autoFocus
              onChange={(event) => setCredential(event.target.value)}
            />
          )}
        </Field>
        <div className="buttons">
          {onCancel && (
            <button type="button" onClick={onCancel}>
              Cancel
            </button>
          )}
          <button type="submit" className="primary">
            Connect
          </button>
        </div>
      </form>
    </main>
  )
}
