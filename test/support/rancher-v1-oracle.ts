// What the contract says of Rancher's lists, in plain JavaScript: whether a row meets a condition, and how rows are ordered.

export type Type = 'snapshot' | 'volume' | 'backup'

/** A row by the names of its fields; numbers are bigints, times have six fraction digits. */
export type Row = Record<string, string | bigint | null> & { id: string }

export type Kind = 'text' | 'uuid' | 'enum' | 'boolean' | 'int' | 'date' | 'reference'

export interface Condition {
  field: string
  modifier: string
  value: string
}

const ofAll = {
  id: 'reference',
  accountId: 'reference',
  created: 'date',
  description: 'text',
  kind: 'enum',
  name: 'text',
  removed: 'date',
  state: 'enum',
  transitioning: 'enum',
  transitioningMessage: 'text',
  transitioningProgress: 'int',
  uuid: 'uuid',
} as const

export const fields: Record<Type, Record<string, Kind>> = {
  snapshot: {
    ...ofAll,
    checksum: 'text',
    managedVolumeUUID: 'text',
    sizeBytes: 'int',
    volumeId: 'reference',
  },
  volume: {
    ...ofAll,
    driver: 'text',
    externalId: 'text',
    imageId: 'text',
    instanceId: 'text',
    isHostPath: 'boolean',
    path: 'text',
  },
  backup: { ...ofAll, checksum: 'text', sizeBytes: 'int', snapshotId: 'reference', volumeId: 'reference' },
}

export const plurals: Record<Type, string> = { snapshot: 'snapshots', volume: 'volumes', backup: 'backups' }

const ofText = ['eq', 'ne', 'prefix', 'like', 'notlike', 'null', 'notnull']
const ofNumbers = ['eq', 'ne', 'lt', 'lte', 'gt', 'gte', 'null', 'notnull']
const ofNames = ['eq', 'ne', 'null', 'notnull']

export const modifiers: Record<Kind, string[]> = {
  text: ofText,
  uuid: ofText,
  enum: ofNames,
  boolean: ofNames,
  int: ofNumbers,
  date: ofNumbers,
  reference: ofNames,
}

/** Texts that are no time; every other text that a test compares a time with is one to JavaScript too. */
export const noDates = [
  '',
  'x',
  'now',
  'infinity',
  '1767323045',
  '2026-02-30',
  '2026-1-2',
  '2026-13-01',
  '0000-01-01',
  '10000-01-01',
  '2026-02-30T00:00:00Z',
  '2026-01-02T25:00:00Z',
  '2026-01-02T03:04:05',
  '2026-01-02T03:04:05+99:00',
  '2026-01-02T03:04:05Z\u0000',
]

/** Whether a row is in the list: it meets all conditions, and is not removed unless one is about that. */
export function isListed(type: Type, row: Row, conditions: readonly Condition[]): boolean {
  const isAboutRemoved = conditions.some(
    ({ field, modifier, value }) =>
      field === 'removed' || (field === 'state' && modifier === 'eq' && value === 'removed'),
  )
  return (
    (isAboutRemoved || row.state !== 'removed') &&
    conditions.every((condition) => meets(type, row, condition))
  )
}

export function meets(type: Type, row: Row, { field, modifier, value }: Condition): boolean {
  const own = row[field]
  if (own === undefined) throw new Error(`a row of ${type} has no ${field}`)
  if (modifier === 'null') return own === null
  if (modifier === 'notnull') return own !== null
  if (own === null) return false
  switch (fields[type][field]) {
    case 'int':
      return /^-?\d{1,18}$/.test(value) && isSo(modifier, compareValues(own, BigInt(value)))
    case 'date':
      return !noDates.includes(value) && isSo(modifier, secondOf(String(own)) - secondOf(value))
    case 'boolean':
      // Python writes True and False.
      return /^(true|false)$/i.test(value) && isSo(modifier, own === value.toLowerCase() ? 0 : 1)
    case 'reference': {
      // An id of the same type as all that the field has.
      const letter = { snapshotId: 's', volumeId: 'v', accountId: 'a' }[field] ?? type.slice(0, 1)
      if (!value.startsWith(`1${letter}`) || !/^[1-9]\d{0,17}$/.test(value.slice(2))) return false
      return isSo(modifier, own === value ? 0 : 1)
    }
    default:
      return !value.includes('\u0000') && isSoOfText(modifier, String(own), value)
  }
}

function isSo(modifier: string, order: number): boolean {
  switch (modifier) {
    case 'eq':
      return order === 0
    case 'ne':
      return order !== 0
    case 'lt':
      return order < 0
    case 'lte':
      return order <= 0
    case 'gt':
      return order > 0
    case 'gte':
      return order >= 0
  }
  throw new Error(`no such modifier: ${modifier}`)
}

function isSoOfText(modifier: string, own: string, value: string): boolean {
  if (modifier === 'prefix') return own.startsWith(value)
  if (modifier === 'like') return isLike([...own], [...value])
  if (modifier === 'notlike') return !isLike([...own], [...value])
  return isSo(modifier, own === value ? 0 : 1)
}

/** SQL's LIKE by code points: % is any text, _ any character, \ takes the meaning of what follows. */
function isLike(text: readonly string[], pattern: readonly string[]): boolean {
  const [first, ...rest] = pattern
  if (first === undefined) return text.length === 0
  if (first === '%') return isLike(text, rest) || (text.length > 0 && isLike(text.slice(1), pattern))
  if (text.length === 0) return false
  if (first === '_') return isLike(text.slice(1), rest)
  const isEscape = first === '\\' && rest.length > 0
  const [wanted, after] = isEscape ? [rest[0], rest.slice(1)] : [first, rest]
  return text[0] === wanted && isLike(text.slice(1), after)
}

function secondOf(time: string): number {
  const milliseconds = Date.parse(time.replace(/\.\d+/, ''))
  if (Number.isNaN(milliseconds)) throw new Error(`no time: ${time}`)
  return milliseconds / 1000
}

/** By a field, nulls last, ties by id; `desc` is all of that the other way round. */
export function inOrder(sort: string | null, order: 'asc' | 'desc' = 'asc'): (a: Row, b: Row) => number {
  const sign = order === 'asc' ? 1 : -1
  const compare = (a: Row, b: Row) => {
    const [one, other] = sort === null ? [null, null] : [keyOf(a, sort), keyOf(b, sort)]
    const numbers = [a, b].map((row) => BigInt(row.id.slice(2))) as [bigint, bigint]
    const byId = compareValues(...numbers)
    if (one === null || other === null)
      return one === other ? byId : Number(one === null) - Number(other === null)
    return compareValues(one, other) || byId
  }
  return (a, b) => sign * compare(a, b)
}

const ofIds = new Set(['id', 'accountId', 'volumeId', 'snapshotId'])

/** Ids by their numbers. */
function keyOf(row: Row, field: string): string | bigint | null {
  const value = row[field] ?? null
  return ofIds.has(field) && value !== null ? BigInt(String(value).slice(2)) : value
}

/** Texts by code points. */
function compareValues(a: string | bigint, b: string | bigint): number {
  if (typeof a === 'bigint' || typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0
  const points = (text: string) => Array.from(text, (character) => character.codePointAt(0) ?? 0)
  const [one, other] = [points(a), points(b)]
  for (const [at, point] of one.entries()) {
    const against = other[at]
    if (against === undefined) return 1
    if (point !== against) return point - against
  }
  return one.length - other.length
}
