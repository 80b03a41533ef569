import { type ReactNode, useId } from 'react'

export interface ActionButtonProps {
  status: { available: boolean; reason?: string | null }
  className?: string
  onClick: () => void
  children: ReactNode
}

/**
 * A button that says why it does nothing, where that is so. It can be reached by keyboard then too: a disabled one could
 * not be, and would lose the focus when its action is no longer available.
 */
export function ActionButton({
  status: { available, reason },
  className,
  onClick,
  children,
}: ActionButtonProps) {
  const reasonId = useId()
  const isExplained = !available && Boolean(reason)
  return (
    <span className="action">
      <button
        type="button"
        className={className}
        aria-disabled={!available}
        aria-describedby={isExplained ? reasonId : undefined}
        onClick={() => available && onClick()}
      >
        {children}
      </button>
      {isExplained && (
        <span id={reasonId} className="reason" role="tooltip">
          {reason}
        </span>
      )}
    </span>
  )
}
