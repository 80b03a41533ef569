import type { FragmentType } from '../gql/fragment-masking.ts'
import type { SnapshotEventKind, TimelineEntryFragment } from '../gql/graphql.ts'
import { graphql, unmask } from '../gql/index.ts'
import { Time } from '../ui/time.tsx'
import { statuses } from '../view/view.ts'

export const TimelineEntryParts = graphql(`
  fragment TimelineEntry on SnapshotEvent {
    id
    kind
    at
    from
    to
    transitioning
    message
    attempt
    actor
    requestId
  }
`)

export interface TimelineEntryProps {
  event: FragmentType<typeof TimelineEntryParts>
}

export function TimelineEntry({ event }: TimelineEntryProps) {
  const entry = unmask(TimelineEntryParts, event)
  const { kind, at, message, attempt, actor, requestId } = entry
  // Where it is tried again, the message says which attempt it was.
  const source = [
    attempt != null && kind !== 'RETRY' && `attempt ${attempt}`,
    actor != null && `by ${actor}`,
    requestId != null && `request ${requestId}`,
  ].filter(Boolean)
  return (
    <li data-kind={kind}>
      <strong>{titleOf(entry)}</strong>
      {message && <p>{message}</p>}
      <p className="hint">
        <Time value={at} withSeconds />
        {source.length > 0 && ` · ${source.join(' · ')}`}
      </p>
    </li>
  )
}

function titleOf({ kind, from, to }: TimelineEntryFragment): string {
  if (kind !== 'TRANSITION') return titles[kind] ?? kind
  return from == null ? statuses[to] : `${statuses[from]} → ${statuses[to]}`
}

const titles: Partial<Record<SnapshotEventKind, string>> = {
  RETRY: 'Will be tried again',
  FAILURE: 'Failed',
  CANCEL: 'Cancelled by its removal',
  UPDATE: 'Renamed or described',
}
