import { type Field, type Modifier, modifiersOf } from '../../resources/field-conditions.ts'
import type { Comparison, Search } from '../../resources/search.ts'

/** What the query of a URL asks of a list. */
export interface Query {
  comparisons: Comparison[]
  sort: Search['sort']
  /** Rows of the page: from 1 to the most. */
  size: number
  /** Whether as many as there may be were asked for. */
  isWhole: boolean
  marker: string | null
  /** The links whose resources are to stand in the answer, in lower case. */
  include: Set<string>
}

/** Rows of a page that nobody gave a size. */
const defaultLimit = 100
/** Rows that a page has at most, whatever was asked for. */
const maximumLimit = 10_000

/**
 * Reads a query. Nothing in it is ever refused, as in Rancher: a field or a modifier that there is not says nothing, nor
 * does a limit that is no number, nor an order that there is not.
 */
export function readQuery(fields: Readonly<Record<string, Field>>, parameters: URLSearchParams): Query {
  // What is said twice is the same as once.
  const comparisons = new Map<string, Comparison>()
  for (const [name, value] of parameters) {
    const comparison = readComparison(fields, name, value)
    if (comparison) comparisons.set(`${comparison.field}_${comparison.modifier}=${value}`, comparison)
  }
  const sort = parameters.get('sort')
  const limit = readLimit(parameters.get('limit'))
  return {
    comparisons: [...comparisons.values()],
    sort:
      sort !== null && Object.hasOwn(fields, sort)
        ? { field: sort, direction: parameters.get('order')?.toLowerCase() === 'desc' ? 'DESC' : 'ASC' }
        : null,
    size: limit > 0 ? Math.min(limit, maximumLimit) : maximumLimit,
    isWhole: limit <= 0,
    marker: parameters.get('marker'),
    include: includeOf(parameters),
  }
}

/** `name` is eq; else what follows the last underscore is the modifier. */
function readComparison(
  fields: Readonly<Record<string, Field>>,
  name: string,
  value: string,
): Comparison | null {
  const underscore = name.lastIndexOf('_')
  const field = underscore === -1 ? name : name.slice(0, underscore)
  const modifier = (underscore === -1 ? 'eq' : name.slice(underscore + 1)) as Modifier
  const known = Object.hasOwn(fields, field) ? fields[field] : undefined
  return known && modifiersOf(known).includes(modifier) ? { field, modifier, value } : null
}

/** The links whose resources are wanted along; letter case does not count. */
export function includeOf(parameters: URLSearchParams): Set<string> {
  return new Set(parameters.getAll('include').map((name) => name.toLowerCase()))
}

function readLimit(text: string | null): number {
  return text !== null && /^[+-]?\d+$/.test(text.trim()) ? Number(text) : defaultLimit
}
