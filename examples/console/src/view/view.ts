import type { SnapshotState } from '../gql/graphql.ts'

/** What is shown; the URL says it, so that a reload, the buttons of the browser and a link bring it back. */
export interface View {
  volume: string | null
  status: Status | null
  /** What names begin with. */
  name: string
  order: Order
  size: number
  /** At most one of them is set. */
  after: string | null
  before: string | null
  /** The snapshot whose panel is open. */
  snapshot: string | null
}

export type Status = SnapshotState | 'UNDER_WAY' | 'FAILED'
export type Order = 'created-desc' | 'created-asc' | 'name-asc' | 'name-desc'

export const statuses: Record<Status, string> = {
  UNDER_WAY: 'Under way',
  FAILED: 'Failed',
  REQUESTED: 'Requested',
  CREATING: 'Creating',
  CREATED: 'Created',
  BACKING_UP: 'Backing up',
  BACKED_UP: 'Backed up',
  REMOVING: 'Removing',
  REMOVED: 'Removed',
}

export const orders: Record<Order, string> = {
  'created-desc': 'Newest first',
  'created-asc': 'Oldest first',
  'name-asc': 'Name, A to Z',
  'name-desc': 'Name, Z to A',
}

export const sizes = [10, 20, 50, 100]

const defaults: View = {
  volume: null,
  status: null,
  name: '',
  order: 'created-desc',
  size: 20,
  after: null,
  before: null,
  snapshot: null,
}

/** Anything that is no value of a parameter counts as none. */
export function readView(search: string): View {
  const parameters = new URLSearchParams(search)
  const oneOf = <Value extends string>(name: string, values: Record<Value, string>): Value | null => {
    const value = parameters.get(name)
    return value !== null && Object.hasOwn(values, value) ? (value as Value) : null
  }
  const size = Number(parameters.get('size'))
  const after = parameters.get('after')
  return {
    volume: parameters.get('volume'),
    status: oneOf('status', statuses),
    name: parameters.get('name') ?? defaults.name,
    order: oneOf('order', orders) ?? defaults.order,
    size: sizes.includes(size) ? size : defaults.size,
    after,
    before: after === null ? parameters.get('before') : null,
    snapshot: parameters.get('snapshot'),
  }
}

/** Only what is not the default, so that links are short. */
export function writeView(view: View): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(view))
    if (value !== defaults[name as keyof View] && value !== null) parameters.set(name, String(value))
  return `?${parameters}`
}

/** Another list begins at its first page; a panel stays open beside another page, not beside another volume. */
export function changeView(view: View, change: Partial<View>): View {
  const isOnlyPanel = Object.keys(change).every((name) => name === 'snapshot')
  const start = isOnlyPanel ? {} : { after: null, before: null }
  const panel = 'volume' in change && change.volume !== view.volume ? { snapshot: null } : {}
  return { ...view, ...start, ...panel, ...change }
}

export function isFiltered({ status, name }: View): boolean {
  return status !== null || name !== ''
}
