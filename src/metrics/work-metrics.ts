import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { processes, type Work } from '../resources/lifecycle.ts'
import type { WorkObserver } from '../worker/work-observer.ts'
import type { LastSuccess } from './last-success.ts'

const works = Object.keys(processes) as Work[]
const outcomes = ['done', 'failed', 'cancelled', 'overdue'] as const
const endings = ['done', 'failed', 'retry', 'cancelled', 'given back', 'lost'] as const

/** Counts operations by how they ended, whoever ended them. */
export interface Operations {
  ended(work: Work, outcome: (typeof outcomes)[number], count?: number): void
}

export function createOperations(register: Registry): Operations {
  const operations = new Counter({
    name: 'snapshot_gateway_operations_total',
    help: 'Operations that came to their end: done, failed for good, cancelled by a removal, or overdue at their deadline.',
    labelNames: ['operation', 'outcome'],
    registers: [register],
  })
  // From 0 on: the first one is an increase.
  for (const operation of works) for (const outcome of outcomes) operations.inc({ operation, outcome }, 0)
  return { ended: (operation, outcome, count = 1) => operations.inc({ operation, outcome }, count) }
}

export interface WorkMetrics extends WorkObserver {
  /** Takes what was known before this process began, where it is newer. */
  lastSucceeded(success: LastSuccess): void
}

/** Counts what a worker does. */
export function createWorkMetrics(register: Registry, operations: Operations): WorkMetrics {
  const registers = [register]
  const attempts = new Counter({
    name: 'snapshot_gateway_attempts_total',
    help: 'Attempts of this worker by how they ended. lost: the row was taken from it, by the deadline or another worker.',
    labelNames: ['operation', 'ending'],
    registers,
  })
  const durations = new Histogram({
    name: 'snapshot_gateway_attempt_duration_seconds',
    help: 'From the claim of a row to the end of the attempt, however it ended.',
    labelNames: ['operation'],
    buckets: [0.05, 0.25, 1, 5, 15, 60, 300, 900, 3600, 14_400],
    registers,
  })
  const lastSuccess = new Gauge({
    name: 'snapshot_gateway_last_success_timestamp_seconds',
    help: 'When an operation last succeeded, by the storage driver; after a start, what the rows tell of backups and snapshots.',
    labelNames: ['driver', 'operation'],
    registers,
  })
  const swept = new Gauge({
    name: 'snapshot_gateway_sweeper_last_end_timestamp_seconds',
    help: 'When this worker last ended a sweep of a storage.',
    labelNames: ['driver'],
    registers,
  })
  const unknown = new Gauge({
    name: 'snapshot_gateway_sweeper_unknown_files',
    help: 'Files that no row knows, as of the last sweep; the log names them.',
    labelNames: ['driver'],
    registers,
  })
  const unswept = new Gauge({
    name: 'snapshot_gateway_sweeper_failed_files',
    help: 'Files and folders that the last sweep could not look at or delete; the log names them.',
    labelNames: ['driver'],
    registers,
  })
  const deleted = new Counter({
    name: 'snapshot_gateway_sweeper_deleted_files_total',
    help: 'Leftover files that sweeps have deleted.',
    labelNames: ['driver'],
    registers,
  })
  for (const operation of works)
    for (const ending of endings) attempts.inc({ operation, ending: labelOf(ending) }, 0)
  const newest = new Map<string, number>()
  const lastSucceeded = ({ driver, work, seconds }: LastSuccess) => {
    const key = `${driver} ${work}`
    if (seconds <= (newest.get(key) ?? 0)) return
    newest.set(key, seconds)
    lastSuccess.set({ driver, operation: work }, seconds)
  }
  return {
    lastSucceeded,
    attemptEnded: ({ work, ending, driver, seconds }) => {
      attempts.inc({ operation: work, ending: labelOf(ending) })
      durations.observe({ operation: work }, seconds)
      if (ending === 'done' || ending === 'failed') operations.ended(work, ending)
      if (ending === 'done' && driver !== null) lastSucceeded({ driver, work, seconds: Date.now() / 1000 })
    },
    overdue: (work, count) => operations.ended(work, 'overdue', count),
    swept: (driver, found) => {
      swept.set({ driver }, Date.now() / 1000)
      unknown.set({ driver }, found.unknown)
      unswept.set({ driver }, found.failed)
      deleted.inc({ driver }, found.deleted)
    },
  }
}

function labelOf(ending: string): string {
  return ending.replaceAll(' ', '_')
}
