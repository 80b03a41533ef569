import type { Log } from '../log.ts'
import { formatId } from '../resources/ids.ts'
import type { Work } from '../resources/lifecycle.ts'

/** What happened to a row in transition. */
export interface Transition {
  event: 'claimed' | 'done' | 'retry' | 'failed' | 'cancelled' | 'given back' | 'lost' | 'overdue'
  operation: Work
  row: { kind: 'snapshot' | 'backup'; id: bigint; accountId: bigint; attempt: number }
  from: string
  /** Null where it is not known: the row is another's now. */
  to: string | null
  /** Since the claim. */
  ms?: number
  /** Of a failure. */
  code?: string
  reason?: string
  /** Until the row is due again. */
  retryInMs?: number
}

/** What somebody should know of, if there is much of it. */
const notable: readonly Transition['event'][] = ['retry', 'failed', 'lost', 'overdue']

/** Logs what happened to a row: one line, of one shape, which docs/operating.md describes. */
export function logTransition(log: Log, { row, event, operation, from, to, ...more }: Transition): void {
  const line = {
    event,
    operation,
    id: formatId(row.kind, row.id),
    account: formatId('account', row.accountId),
    from,
    to,
    attempt: row.attempt,
    ...more,
  }
  log[notable.includes(event) ? 'warn' : 'info'](line, `${operation}: ${event}`)
}
