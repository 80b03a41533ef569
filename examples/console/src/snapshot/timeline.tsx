import { describeFailure } from '../gateway/describe-failure.ts'
import { FailureText } from '../ui/failure-text.tsx'
import { TimelineEntry } from './timeline-entry.tsx'
import { useTimeline } from './use-timeline.ts'

/** What happened to a snapshot, newest first, as it happens. */
export function Timeline({ snapshotId }: { snapshotId: string }) {
  const { events, hasOlder, isLoading, error, loadOlder } = useTimeline(snapshotId)
  return (
    <section aria-label="Timeline">
      <h3>Timeline</h3>
      <ol className="timeline" reversed>
        {events.map((event) => (
          <TimelineEntry key={event.id} event={event} />
        ))}
        {isLoading && events.length === 0 && <li className="skeleton" />}
      </ol>
      {error && <FailureText failure={describeFailure(error)} onRetry={loadOlder} />}
      {hasOlder && !error && (
        <button type="button" aria-disabled={isLoading} onClick={loadOlder}>
          Load older
        </button>
      )}
    </section>
  )
}
