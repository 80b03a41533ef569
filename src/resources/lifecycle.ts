/**
 * The lifecycle, stated once: semantics of Rancher v1.0's processes, with the outcome of a failure added.
 * The API, the worker, the `actions` of a resource and the tests read this table.
 */
export const snapshotStates = [
  'requested',
  'creating',
  'created',
  'backing-up',
  'backed-up',
  'removing',
  'removed',
] as const
const backupStates = ['created', 'removing', 'removed'] as const

export type SnapshotState = (typeof snapshotStates)[number]
export type VolumeState = 'active' | 'removed'
export type BackupState = (typeof backupStates)[number]
type ResourceState = SnapshotState | VolumeState | BackupState
export const transitionings = ['no', 'yes', 'error'] as const
export type Transitioning = (typeof transitionings)[number]

export type ResourceKind = 'snapshot' | 'volume' | 'backup'
/** In the order of the enum; no kind of resource has more. */
export const actions = ['update', 'backup', 'remove'] as const
export type Action = (typeof actions)[number]

/** Where a resource stands: every guard compares both. */
interface Standing {
  state: ResourceState
  transitioning: Transitioning
}

/** A state in which an action is accepted; where `only` is given, with one of these values of transitioning alone. */
interface From {
  state: ResourceState
  only?: readonly Transitioning[]
}

/** A change that ends with its acceptance. */
interface Immediate {
  /** Where it is accepted; nowhere for create, which makes the row. */
  from: readonly From[]
  /** The state afterwards; left out: unchanged. */
  done?: ResourceState
}

/** A process that a worker carries on. */
interface Process {
  /** Where the action is accepted; nowhere for create, which makes the row. */
  from: readonly From[]
  /** The state from acceptance on, with transitioning YES. */
  accepted: ResourceState
  /** The state from the first claim on. */
  running: ResourceState
  /** With transitioning NO. */
  done: ResourceState
  /** With transitioning ERROR. */
  failed: ResourceState
}

/** Until a removal is accepted. */
function beforeRemoval(states: readonly ResourceState[]): From[] {
  return states.filter((state) => state !== 'removing' && state !== 'removed').map((state) => ({ state }))
}

/** Where a removal is accepted: once, and again after it has failed. */
function removableFrom(states: readonly ResourceState[]): From[] {
  return [...beforeRemoval(states), { state: 'removing', only: ['error'] }]
}

export const lifecycle = {
  snapshot: {
    create: { from: [], accepted: 'requested', running: 'creating', done: 'created', failed: 'creating' },
    backup: {
      from: [{ state: 'created', only: ['no', 'error'] }],
      accepted: 'backing-up',
      running: 'backing-up',
      done: 'backed-up',
      failed: 'created',
    },
    remove: {
      from: removableFrom(snapshotStates),
      accepted: 'removing',
      running: 'removing',
      done: 'removed',
      failed: 'removing',
    },
    update: { from: beforeRemoval(snapshotStates) },
  },
  volume: {
    create: { from: [], done: 'active' },
    update: { from: [{ state: 'active' }] },
    remove: { from: [{ state: 'active' }], done: 'removed' },
  },
  backup: {
    remove: {
      from: removableFrom(backupStates),
      accepted: 'removing',
      running: 'removing',
      done: 'removed',
      failed: 'removing',
    },
  },
} as const satisfies Record<ResourceKind, Record<string, Process | Immediate>>

/** Every change that can be asked for, such as snapshot.backup. */
export type Change = {
  [Kind in ResourceKind]: `${Kind}.${keyof (typeof lifecycle)[Kind] & string}`
}[ResourceKind]

/** The work that a worker does: each names a resource and its process. */
export type Work = 'snapshot.create' | 'snapshot.backup' | 'snapshot.remove' | 'backup.remove'

export const processes: Record<Work, Process> = {
  'snapshot.create': lifecycle.snapshot.create,
  'snapshot.backup': lifecycle.snapshot.backup,
  'snapshot.remove': lifecycle.snapshot.remove,
  'backup.remove': lifecycle.backup.remove,
}

/** The process that is under way in a state, or null if none can be. */
export function workOf(kind: 'snapshot' | 'backup', state: ResourceState): Work | null {
  for (const [work, process] of Object.entries(processes) as [Work, Process][])
    if (work.startsWith(`${kind}.`) && (process.accepted === state || process.running === state)) return work
  return null
}

/** The actions that a kind of resource has at all, in the order of the enum. */
export function actionsOf(kind: ResourceKind): Action[] {
  return actions.filter((action) => action in lifecycle[kind])
}

/** Where an action is accepted; empty for one that the kind does not have. */
export function acceptedFrom(kind: ResourceKind, action: Action): readonly From[] {
  const table: Partial<Record<Action, Process | Immediate>> = lifecycle[kind]
  return table[action]?.from ?? []
}

/** Whether the lifecycle accepts the action where the resource stands. */
export function isAvailable(kind: ResourceKind, action: Action, standing: Standing): boolean {
  return acceptedFrom(kind, action).some(
    (from) =>
      from.state === standing.state &&
      (from.only === undefined || from.only.includes(standing.transitioning)),
  )
}

/** From each state of a snapshot, those that follow it: by work that ends, or fails, or by a request. */
const followers: ReadonlyMap<SnapshotState, ReadonlySet<SnapshotState>> = findFollowers()

function findFollowers() {
  const { create, backup, remove } = lifecycle.snapshot
  const found = new Map(snapshotStates.map((state) => [state, new Set<SnapshotState>()]))
  const follow = (from: SnapshotState, to: SnapshotState) => found.get(from)?.add(to)
  for (const { from, accepted, running, done, failed } of [create, backup, remove]) {
    for (const { state } of from) follow(state as SnapshotState, accepted)
    follow(accepted, running)
    for (const end of [done, failed]) for (const state of [accepted, running]) follow(state, end)
  }
  follow(backup.done, create.done) // its backup is removed
  return found
}

/** Whether a snapshot in a state may ever come into one of others. */
export function canReach(state: SnapshotState, wanted: ReadonlySet<SnapshotState>): boolean {
  const seen = new Set<SnapshotState>()
  const ahead: SnapshotState[] = [state]
  for (let at = ahead.pop(); at !== undefined; at = ahead.pop()) {
    if (wanted.has(at)) return true
    if (seen.has(at)) continue
    seen.add(at)
    ahead.push(...(followers.get(at) ?? []))
  }
  return false
}

const verbs: Record<Action, string> = { update: 'updated', backup: 'backed up', remove: 'removed' }

/** As GraphQL spells states; Rancher has them as they are. */
export function spellState(state: string): string {
  return state.toUpperCase().replaceAll('-', '_')
}

/** Why the lifecycle refuses the action, for a person: where it stands, and where the action is accepted. */
export function refusalReason(
  kind: ResourceKind,
  action: Action,
  standing: Standing,
  spell: (state: string) => string = spellState,
): string {
  // NO is what goes without saying.
  const where = (state: string, transitionings: readonly Transitioning[] = ['no']) =>
    transitionings.includes('no')
      ? spell(state)
      : `${spell(state)} (transitioning ${transitionings.map(spell).join(' or ')})`
  const allowed = acceptedFrom(kind, action).map((from) => where(from.state, from.only))
  const choice = new Intl.ListFormat('en-GB', { type: 'disjunction' }).format(allowed)
  return `a ${kind} in state ${where(standing.state, [standing.transitioning])} cannot be ${verbs[action]}; allowed only in state ${choice}`
}
