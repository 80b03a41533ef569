import { type ReactNode, useId } from 'react'

export interface FieldProps {
  label: string
  hint?: string
  problem?: string | undefined
  children: (field: FieldAttributes) => ReactNode
}

interface FieldAttributes {
  id: string
  'aria-invalid': boolean
  'aria-describedby': string | undefined
}

/** A control with its label, what is to be known of it, and what is wrong with it. */
export function Field({ label, hint, problem, children }: FieldProps) {
  const id = useId()
  const hintId = hint && `${id}-hint`
  const problemId = problem && `${id}-problem`
  const describedBy = [problemId, hintId].filter(Boolean).join(' ')
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-invalid': Boolean(problem), 'aria-describedby': describedBy || undefined })}
      {problem && (
        <p id={problemId} className="problem">
          {problem}
        </p>
      )}
      {hint && (
        <p id={hintId} className="hint">
          {hint}
        </p>
      )}
    </div>
  )
}
