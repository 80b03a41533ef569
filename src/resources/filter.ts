import { and, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { anyOf } from '../database/account-scope.ts'
import { RequestError } from './errors.ts'
import { type IdType, parseIdOf } from './ids.ts'
import { isStorable } from './text-rules.ts'

/** Left out and null are the same in every part of a filter. */
type Optional<T> = T | null | undefined

export interface TextFilter {
  eq?: Optional<string>
  in?: Optional<readonly string[]>
  contains?: Optional<string>
  startsWith?: Optional<string>
}

export type RemovedFilter = 'EXCLUDE' | 'INCLUDE' | 'ONLY'

/** How many entries a list in a filter has at most. */
export const maximumEntries = 1000
const nothing = sql`false`

/** Any of the ids; those that are malformed or of another type match nothing. */
export function matchIds(
  column: PgColumn,
  type: IdType,
  ids: Optional<readonly string[]>,
  argument: string,
): SQL | undefined {
  if (ids == null) return undefined
  checkEntries(ids, argument)
  const known = ids.flatMap((id) => parseIdOf(type, id) ?? [])
  return known.length === 0 ? nothing : anyOf(column, known)
}

/** Any of the values, as the database spells them. */
export function matchValues(
  column: PgColumn,
  values: Optional<readonly string[]>,
  argument: string,
): SQL | undefined {
  if (values == null) return undefined
  checkEntries(values, argument)
  const possible = values.filter(isStorable)
  if (possible.length === 0) return nothing
  return sql`${column} in ${possible}`
}

/** All that is given must hold. Letter case counts; % and _ stand for themselves; null matches none. */
export function matchText(column: PgColumn, filter: Optional<TextFilter>, argument: string): SQL | undefined {
  if (filter == null) return undefined
  const like = (text: Optional<string>, before: string) => {
    if (text == null) return undefined
    if (!isStorable(text)) return nothing
    return sql`${column} like ${`${before}${text.replace(/[\\%_]/g, '\\$&')}%`}`
  }
  return and(
    filter.eq == null ? undefined : matchValues(column, [filter.eq], argument),
    matchValues(column, filter.in, `${argument}.in`),
    like(filter.contains, '%'),
    like(filter.startsWith, ''),
  )
}

/** Strictly between the two times; either may be left out. */
export function matchCreated(
  column: PgColumn,
  after: Optional<string>,
  before: Optional<string>,
): SQL | undefined {
  return and(
    after == null ? undefined : sql`${column} > ${sql.param(after, column)}`,
    before == null ? undefined : sql`${column} < ${sql.param(before, column)}`,
  )
}

/** Live rows alone unless asked otherwise; a filter that names the state of removed ones includes them. */
export function matchRemoved(
  column: PgColumn,
  removed: Optional<RemovedFilter>,
  namesRemoved: boolean,
): SQL | undefined {
  switch (removed ?? (namesRemoved ? 'INCLUDE' : 'EXCLUDE')) {
    case 'EXCLUDE':
      return sql`${column} is null`
    case 'ONLY':
      return sql`${column} is not null`
    case 'INCLUDE':
      return undefined
  }
}

function checkEntries(entries: readonly unknown[], argument: string): void {
  if (entries.length > maximumEntries)
    throw new RequestError(
      'BAD_USER_INPUT',
      `${argument} must have at most ${maximumEntries} entries, not ${entries.length}`,
    )
}
