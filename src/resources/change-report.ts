import type { ResourceRow } from '../database/tables.ts'
import type { ErrorCode } from './errors.ts'
import type { Outcome } from './idempotency.ts'
import type { Change } from './lifecycle.ts'

/** What came of a mutation, for the log and the metrics. `failed`: it threw. */
export type ChangeReport =
  | ({ change: Change; outcome: 'accepted' } & Omit<Outcome<ResourceRow>, 'replayed'>)
  | { change: Change; outcome: 'refused'; code: ErrorCode }
  | { change: Change; outcome: 'replayed' | 'failed' }
