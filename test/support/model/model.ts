// What docs/semantics.md says of the lifecycle and of work, once more and by itself: nothing of src/ is read for it.

/** A row, with its times as what they mean. The database is asked for the same. */
export interface Row {
  kind: 'snapshot' | 'backup'
  id: string
  name: string | null
  state: string
  transitioning: 'no' | 'yes' | 'error'
  message: string | null
  progress: number | null
  attempt: number
  /** Of its lease, which may have run out. */
  token: string | null
  lease: 'valid' | 'out' | null
  /** When it may be claimed; `long`: nobody has for 30 s. */
  due: 'later' | 'now' | 'long' | null
  deadline: 'ahead' | 'past' | null
  checksum: string | null
  /** Of a snapshot's copy under way, or the last one; of a backup, its own. */
  copy: string | null
  removed: boolean
  /** The volume of a snapshot, the snapshot of a backup. */
  of: string
}

/** What a worker has claimed and is not done with; the row may be another's by now. */
export interface Attempt {
  id: string
  token: string
  /** The state that was claimed. */
  state: string
  number: number
  /** What the driver was called for; null where the attempt ended before. */
  call: string | null
  /** What it writes: each attempt something else. */
  writes: string
  confirmed: boolean
  /** It was told to stop. */
  stopped: boolean
  /** A cancel was notified. */
  cancelled: boolean
}

export interface Model {
  rows: Row[]
  volumes: { id: string; removed: boolean }[]
  attempts: Attempt[]
  /** Idempotency keys, with what they stand for. */
  keys: Record<string, { call: string; id: string }>
}

export const operationDeadline = '1 h'
export const waiting = 'Waiting for a worker'
export const cancelling = 'Waiting for the cancelled work to stop'
const unclaimed = 'No worker has taken this up for 30 s: all are busy, or none is running'
const crashed = 'gave up after 10 attempts: each ended without a result; did the worker crash?'

export function rowOf(model: Model, id: string): Row {
  const row = model.rows.find((row) => row.id === id)
  if (!row) throw new Error(`the model has no row ${id}`)
  return row
}

/** What acceptance sets, whichever the process. */
export const accepted = {
  transitioning: 'yes',
  message: waiting,
  progress: 0,
  attempt: 0,
  due: 'now',
  deadline: 'ahead',
} as const

/** Of a row that nothing is to be done with. */
const settled = { token: null, lease: null, due: null, deadline: null, progress: null }

/** Where a process ends that fails for good. */
function failedState({ state }: Row): string {
  if (state === 'requested') return 'creating'
  return state === 'backing-up' ? 'created' : state
}

function fails(row: Row, message: string): void {
  Object.assign(row, { ...settled, state: failedState(row), transitioning: 'error', message })
}

export function mayBeClaimed(row: Row): boolean {
  return row.transitioning === 'yes' && (row.due === 'now' || row.due === 'long')
}

/** Removals go first, and backups before creates. */
export function urgency({ state }: Row): number {
  return ['removing', 'backing-up'].includes(state) ? (state === 'removing' ? 0 : 1) : 2
}

/** A claim; whether work begins, or the attempts are used up. */
export function claims(model: Model, row: Row, token: string, writes: string): boolean {
  if (row.state === 'requested') row.state = 'creating'
  row.attempt += 1
  const doing = { creating: 'Writing the archive', 'backing-up': 'Copying to the backup target' }
  const what = doing[row.state as keyof typeof doing] ?? 'Deleting'
  row.message = row.attempt === 1 ? what : `attempt ${row.attempt} of 10: ${what}`
  Object.assign(row, { progress: 0, token, lease: 'valid', due: 'later' })
  if (row.attempt > 10) {
    fails(row, crashed)
    return false
  }
  const calls = { creating: 'takeSnapshot', 'backing-up': 'backUpSnapshot' }
  const removal = row.kind === 'backup' ? 'deleteBackup' : 'deleteSnapshot'
  const call = calls[row.state as keyof typeof calls] ?? removal
  const { id, state, attempt: number } = row
  const fresh = { confirmed: false, stopped: false, cancelled: false }
  model.attempts.push({ id, token, state, number, call, writes, ...fresh })
  return true
}

/** Whether an attempt may still write: it has the lease, run out or not, and its process is still the row's. */
export function mayWrite(model: Model, { id, token, state }: Attempt): boolean {
  const row = rowOf(model, id)
  return row.token === token && row.state === state && row.transitioning === 'yes'
}

/** Whether it writes something that is published, and confirms it before. */
export function publishes({ call }: Attempt): boolean {
  return call === 'takeSnapshot' || call === 'backUpSnapshot'
}

/** Says before publishing what was written; whether that is allowed. */
export function confirms(model: Model, attempt: Attempt): boolean {
  if (!mayWrite(model, attempt)) return false
  if (attempt.state === 'creating') rowOf(model, attempt.id).checksum = attempt.writes
  attempt.confirmed = true
  return true
}

/** Renews the lease; an attempt that may not write is told to stop. */
export function renews(model: Model, attempt: Attempt): void {
  if (mayWrite(model, attempt)) Object.assign(rowOf(model, attempt.id), { lease: 'valid', due: 'later' })
  else attempt.stopped = true
}

export type Outcome =
  | { kind: 'success' }
  | { kind: 'failure'; retryable: boolean; reason: string }
  /** The published copy is damaged: another uuid is chosen, and the backup tried again. */
  | { kind: 'damage'; reason: string; copy: string }

/** The driver of an attempt has settled: what is recorded, and how the attempt ends. Null: it goes on. */
export function settles(model: Model, attempt: Attempt, outcome: Outcome, made?: Row): string | null {
  const row = rowOf(model, attempt.id)
  const isLeftover = !model.rows.some(({ kind, copy }) => kind === 'backup' && copy === row.copy)
  if (
    outcome.kind === 'success' &&
    attempt.call === 'deleteSnapshot' &&
    row.copy !== null &&
    isLeftover &&
    !attempt.stopped
  ) {
    attempt.call = 'deleteBackup' // a copy that never became a backup goes with its snapshot
    return null
  }
  model.attempts = model.attempts.filter((other) => other !== attempt)
  // Also one that was told to stop: whoever is next shall not meet the same copy.
  if (outcome.kind === 'damage' && mayWrite(model, attempt)) row.copy = outcome.copy
  if (attempt.stopped || !mayWrite(model, attempt)) return givesBack(row, attempt)
  if (outcome.kind === 'success') {
    succeeds(model, row, attempt, made)
    return 'done'
  }
  if (outcome.kind === 'failure' && !outcome.retryable) fails(row, outcome.reason)
  else if (attempt.number >= 10) fails(row, `gave up after 10 attempts: ${outcome.reason}`)
  else {
    const message = `attempt ${attempt.number} of 10: ${outcome.reason}`
    Object.assign(row, { token: null, lease: null, due: 'later', progress: 0, message })
    return 'retry'
  }
  return 'failed'
}

function succeeds(model: Model, row: Row, attempt: Attempt, made?: Row): void {
  Object.assign(row, { ...settled, transitioning: 'no', message: null })
  if (row.state === 'removing') Object.assign(row, { state: 'removed', removed: true })
  else if (row.state === 'creating') Object.assign(row, { state: 'created', checksum: attempt.writes })
  else {
    row.state = 'backed-up'
    const { name, checksum, copy, id: of } = row
    const fresh = { ...settled, transitioning: 'no', message: null, attempt: 0, removed: false } as const
    model.rows.push({
      kind: 'backup',
      id: made?.id ?? '',
      name,
      state: 'created',
      checksum,
      copy,
      of,
      ...fresh,
    })
  }
}

/** A lease that is still the attempt's goes back, with the attempt: what the row waits for may start. */
function givesBack(row: Row, { token, state }: Attempt): string {
  if (row.token !== token || row.transitioning !== 'yes') return 'lost'
  const attempt = Math.max(0, row.attempt - 1)
  Object.assign(row, { attempt, token: null, lease: null, due: 'now', message: waiting, progress: 0 })
  return row.state === state ? 'given back' : 'cancelled'
}

/** What any process ends: rows past their deadline. */
export function isOverdue(row: Row): boolean {
  return row.transitioning === 'yes' && row.deadline === 'past'
}

export function endsOverdue(row: Row): void {
  fails(row, `gave up after ${operationDeadline}: ${row.message}`)
}

/** What any process says of that it waits: rows that nobody takes up. */
export function isUnclaimed(row: Row): boolean {
  return row.transitioning === 'yes' && row.due === 'long'
}

export function marksUnclaimed(row: Row): void {
  row.message = unclaimed
}
