import type { Failure } from '../gateway/describe-failure.ts'

export interface FailureTextProps {
  failure: Failure
  onRetry?: (() => void) | undefined
}

export function FailureText({ failure: { title, detail, requestId }, onRetry }: FailureTextProps) {
  return (
    <div className="failure">
      <p>
        <strong>{title}</strong> {detail}
      </p>
      {requestId && (
        <p className="hint">
          Request <code>{requestId}</code>
        </p>
      )}
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  )
}
