import { setImmediate as breathe } from 'node:timers/promises'
import { searchAccount } from '../../accounts/search-account.ts'
import { search } from '../../resources/search.ts'
import type { Asking } from './asking.ts'
import { includesMany, representWith } from './includes.ts'
import { may } from './permissions.ts'
import { type Query, readQuery } from './query.ts'
import { representAccount } from './representation.ts'
import type { ResourceType } from './resource-types.ts'
import { searchables } from './searchables.ts'

/** A list that was asked for. */
export interface Listing {
  type: ResourceType
  /** Of the list itself, without a query. */
  url: string
  /** Of the request. */
  parameters: URLSearchParams
  /** The resources that refer to one, by a field of theirs; left out: all. */
  of?: { field: string; id: string } | undefined
}

/** Rows that links to several are had along for at most. */
const mostWithMany = 100

/** Writes a list. Throws TOO_COSTLY, BAD_USER_INPUT. */
export async function readCollection(asking: Asking, listing: Listing): Promise<string> {
  const { type, of } = listing
  const asked = readQuery(type.filters, listing.parameters)
  const query = includesMany(type, asked.include)
    ? { ...asked, size: Math.min(asked.size, mostWithMany) }
    : asked
  const comparisons = of
    ? [...query.comparisons, { field: of.field, modifier: 'eq' as const, value: of.id }]
    : query.comparisons
  const { rows, next } = await readRows(asking, type, { ...query, comparisons })
  const head = JSON.stringify(headOf(asking, listing, query, next))
  return `${head.slice(0, -1)},"data":[${rows.join(',')}]}`
}

/** Rows that are written in one go; between, other requests are answered. */
const rowsAtOnce = 500

async function readRows(
  asking: Asking,
  type: ResourceType,
  { comparisons, sort, size, marker, include }: Query,
): Promise<{ rows: string[]; next: string | null }> {
  if (type.id === 'account') {
    const account = await searchAccount(asking.scope, comparisons)
    return { rows: account ? [representAccount(asking, account)] : [], next: null }
  }
  const withVolume = type.id === 'backup' || (type.id === 'snapshot' && include.has('volume'))
  const { rows, next } = await search(
    asking.scope,
    searchables[type.id],
    { comparisons, sort, size, after: marker },
    withVolume ? { volume: { without: [] } } : {},
  )
  if (rows.length <= rowsAtOnce) return { rows: await representWith(asking, type, rows, include), next }
  const written: string[] = []
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    written.push(...(await representWith(asking, type, rows.slice(from, from + rowsAtOnce), include)))
    await breathe()
  }
  return { rows: written, next }
}

function headOf({ base, role }: Asking, listing: Listing, query: Query, next: string | null): object {
  const { type, url, parameters, of } = listing
  const names = Object.keys(type.filters)
  const rest = new URLSearchParams(parameters)
  for (const name of ['sort', 'order', 'marker']) rest.delete(name)
  const sortedBy = rest.size === 0 ? `${url}?sort=` : `${url}?${rest}&sort=`
  const withQuery = (changes: Record<string, string | null>) => {
    const changed = new URLSearchParams(parameters)
    for (const [name, value] of Object.entries(changes))
      if (value === null) changed.delete(name)
      else changed.set(name, value)
    return changed.size === 0 ? url : `${url}?${changed}`
  }
  const { sort, size, isWhole } = query
  return {
    type: 'collection',
    resourceType: type.id,
    links: { self: url },
    createTypes: may(role, type, 'create') ? { [type.id]: `${base}/${type.plural}` } : {},
    actions: {},
    sortLinks: Object.fromEntries(names.map((name) => [name, sortedBy + name])),
    pagination:
      isWhole && next === null
        ? null
        : {
            first: null,
            previous: null,
            next: next === null ? null : withQuery({ limit: String(size), marker: next }),
            limit: size,
            total: null,
            partial: next !== null,
          },
    sort: sort && {
      name: sort.field,
      order: sort.direction.toLowerCase(),
      reverse: withQuery({ order: sort.direction === 'ASC' ? 'desc' : 'asc', marker: null }),
    },
    filters: Object.fromEntries(names.map((name) => [name, filtersOf(query, name)])),
    createDefaults: of ? { [of.field]: of.id } : {},
  }
}

function filtersOf({ comparisons }: Query, name: string): { modifier: string; value: string }[] | null {
  const own = comparisons.filter(({ field }) => field === name)
  return own.length === 0 ? null : own.map(({ modifier, value }) => ({ modifier, value }))
}
