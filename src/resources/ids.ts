import { NotFound } from './errors.ts'

/** The letters between the leading 1 and the number: Rancher's abbreviation of each type. */
const prefixes = { snapshot: 's', volume: 'v', backup: 'b', account: 'a', snapshotEvent: 'se' } as const

export type IdType = keyof typeof prefixes

const types = new Map<string, IdType>(
  (Object.keys(prefixes) as IdType[]).map((type) => [prefixes[type], type]),
)

const pattern = /^1(s|v|b|a|se)([1-9][0-9]{0,17})$/

/** The public id of row `id` of a type: snapshot 12 is `1s12`. Ids are unique over all types. */
export function formatId(type: IdType, id: bigint): string {
  return `1${prefixes[type]}${id}`
}

/** The type and row that a public id names, or null for anything that could never have been one. */
export function parseId(text: string): { type: IdType; id: bigint } | null {
  const [, prefix, digits] = pattern.exec(text) ?? []
  const type = prefix === undefined ? undefined : types.get(prefix)
  return type === undefined || digits === undefined ? null : { type, id: BigInt(digits) }
}

/** The row that an id of this type names, or null for any other text. */
export function parseIdOf(type: IdType, text: string): bigint | null {
  const parsed = parseId(text)
  return parsed?.type === type ? parsed.id : null
}

/** The row that an id of this type names. Throws NotFound for any other text: such a resource never was. */
export function requireId(type: IdType, text: string): bigint {
  const id = parseIdOf(type, text)
  if (id === null) throw new NotFound(type, text)
  return id
}
