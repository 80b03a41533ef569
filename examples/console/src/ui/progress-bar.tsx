export interface ProgressBarProps {
  of: string
  /** Null: it has not begun. */
  percent: number | null
}

export function ProgressBar({ of, percent }: ProgressBarProps) {
  return (
    <span className="progress">
      <progress aria-label={`Progress of ${of}`} max={100} value={percent ?? 0} />
      <span aria-hidden="true">{percent ?? 0} %</span>
    </span>
  )
}
