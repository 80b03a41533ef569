import { accepted, cancelling, type Model, type Row, rowOf, waiting } from './model.ts'

/** A mutation as it is asked for. */
export interface Call {
  mutation: string
  input: Record<string, string | null>
  key: string | null
}

/** What a mutation answers. */
export type Answer =
  | {
      type: 'Snapshot' | 'Backup' | 'Volume'
      id: string
      state: string
      transitioning: string
      message: string | null
      replayed: boolean
    }
  | { type: 'InvalidInputError' | 'ActionNotAvailableError' | 'NotFoundError'; code: string }

const refused = { type: 'ActionNotAvailableError', code: 'ACTION_NOT_AVAILABLE' } as const

/** Whether an action is to be had where a row stands. */
export function isAllowed(action: string, { kind, state, transitioning }: Row): boolean {
  if (kind === 'backup')
    return action === 'remove' && (state === 'created' || (state === 'removing' && transitioning === 'error'))
  const isGoing = state === 'removing' || state === 'removed'
  if (action === 'backup') return state === 'created'
  if (action === 'update') return !isGoing
  return !isGoing || (state === 'removing' && transitioning === 'error')
}

/** Whether a volume may be removed. */
export function isUnused(model: Model, volume: string): boolean {
  return !model.rows.some(({ kind, of, removed }) => kind === 'snapshot' && of === volume && !removed)
}

/** A mutation, at most once for its key; `made`: the id that a create was given. */
export function answers(model: Model, call: Call, made: string): Answer {
  const { key, mutation, input } = call
  const asked = JSON.stringify([mutation, input])
  const earlier = key === null ? undefined : model.keys[key]
  if (earlier && earlier.call !== asked) return { type: 'InvalidInputError', code: 'IDEMPOTENCY_KEY_REUSED' }
  if (earlier) return resource(model, earlier.id, true)
  const refusal = performs(model, call, made)
  if (refusal) return refusal
  const id = input.id ?? made
  if (key !== null) model.keys[key] = { call: asked, id }
  return resource(model, id, false)
}

function resource(model: Model, id: string, replayed: boolean): Answer {
  const volume = model.volumes.find((volume) => volume.id === id)
  if (volume) {
    const state = volume.removed ? 'removed' : 'active'
    return { type: 'Volume', id, state, transitioning: 'NO', message: null, replayed }
  }
  const { kind, state, transitioning, message } = rowOf(model, id)
  const type = kind === 'snapshot' ? 'Snapshot' : 'Backup'
  return { type, id, state, transitioning: transitioning.toUpperCase(), message, replayed }
}

function performs(model: Model, { mutation, input }: Call, made: string): Answer | null {
  if (mutation === 'createSnapshot') return createsSnapshot(model, input, made)
  if (mutation === 'removeVolume') return removesVolume(model, input.id ?? '')
  const row = rowOf(model, input.id ?? '')
  const action = mutation.replace(/(Snapshot|Backup)$/, '')
  if (!isAllowed(action, row)) return refused
  switch (mutation) {
    case 'updateSnapshot':
      row.name = input.name ?? null
      return null
    case 'backupSnapshot':
      // Kept over tries; another where there is a backup of it.
      if (model.rows.some(({ kind, copy }) => kind === 'backup' && copy === row.copy)) row.copy = null
      Object.assign(row, { ...accepted, state: 'backing-up', copy: row.copy ?? 'new' })
      return null
    case 'removeSnapshot':
      removesSnapshot(model, row)
      return null
    default:
      removesBackup(model, row)
      return null
  }
}

function createsSnapshot(model: Model, input: Call['input'], id: string): Answer | null {
  const volume = model.volumes.find((volume) => volume.id === input.volumeId)
  if (!volume || volume.removed) return { type: 'InvalidInputError', code: 'INVALID_REFERENCE' }
  const nothing = { token: null, lease: null, checksum: null, copy: null, removed: false } as const
  model.rows.push({
    kind: 'snapshot',
    id,
    name: input.name ?? null,
    state: 'requested',
    of: volume.id,
    ...accepted,
    ...nothing,
  })
  return null
}

function removesVolume(model: Model, id: string): Answer | null {
  const volume = model.volumes.find((volume) => volume.id === id)
  if (!volume || volume.removed || !isUnused(model, id)) return refused
  volume.removed = true
  return null
}

/** Cancels what is under way: its holder keeps the lease until it has stopped, or the lease runs out. */
function removesSnapshot(model: Model, row: Row): void {
  const isHeld = row.lease === 'valid'
  Object.assign(row, {
    ...accepted,
    state: 'removing',
    message: isHeld ? cancelling : waiting,
    due: isHeld ? 'later' : 'now',
  })
  for (const attempt of model.attempts) if (attempt.token === row.token) attempt.cancelled = true
}

/** The snapshot that it backed up is created again at once. */
function removesBackup(model: Model, row: Row): void {
  Object.assign(row, { ...accepted, state: 'removing' })
  const snapshot = rowOf(model, row.of)
  if (snapshot.state === 'backed-up' && snapshot.copy === row.copy) snapshot.state = 'created'
}
