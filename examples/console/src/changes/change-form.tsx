import type { FormEvent, ReactNode } from 'react'
import { FailureText } from '../ui/failure-text.tsx'
import type { Change } from './use-change.ts'

export interface ChangeFormProps {
  change: Pick<Change<never, unknown>, 'isSending' | 'refused' | 'failed'>
  submit: string
  isDangerous?: boolean
  onSubmit: () => void
  onCancel: () => void
  children: ReactNode
}

/** The inside of a dialog that changes something: what is asked, why it was refused, and its two buttons. */
export function ChangeForm({ change, submit, isDangerous, onSubmit, onCancel, children }: ChangeFormProps) {
  const { isSending, refused, failed } = change
  const send = (event: FormEvent) => {
    event.preventDefault()
    if (!isSending) onSubmit()
  }
  return (
    <form onSubmit={send} noValidate>
      {children}
      <div role="alert">
        {refused?.message && <p className="problem">{refused.message}</p>}
        {refused && !refused.message && <p className="visually-hidden">Some fields need attention.</p>}
        {failed && <FailureText failure={failed} />}
      </div>
      <div className="buttons">
        <button type="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className={isDangerous ? 'danger' : 'primary'} aria-disabled={isSending}>
          {isSending ? 'One moment…' : failed ? 'Try again' : submit}
        </button>
      </div>
    </form>
  )
}
