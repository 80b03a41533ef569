import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { isLiveOfId, isLiveOfKey } from '../database/tables.ts'
import { type Condition, isAnyOf, nothing, ofColumn, type Serves } from './condition.ts'
import { RequestError } from './errors.ts'
import { type IdType, parseIdOf } from './ids.ts'
import { endOfPrefix } from './prefix.ts'
import { isStorable } from './text-rules.ts'

/** Left out and null are the same in every part of a filter. */
type Optional<T> = T | null | undefined

export interface TextFilter {
  eq?: Optional<string>
  in?: Optional<readonly string[]>
  contains?: Optional<string>
  startsWith?: Optional<string>
}

/** What every table of resources has to say whether a row is removed. */
type ListTable = Record<'removed' | 'state', PgColumn>

export type RemovedFilter = 'EXCLUDE' | 'INCLUDE' | 'ONLY'

/** How many entries a list in a filter has at most. */
export const maximumEntries = 1000

/** Any of the ids; those that are malformed or of another type match nothing. */
export function matchIds(
  column: PgColumn,
  type: IdType,
  ids: Optional<readonly string[]>,
  argument: string,
  serves?: Serves,
): Condition[] {
  if (ids == null) return []
  checkEntries(ids, argument)
  const known = ids.flatMap((id) => parseIdOf(type, id) ?? [])
  return [isAnyOf(column, known, serves)]
}

/** Any of the values, as the database spells them. */
export function matchValues(
  column: PgColumn,
  values: Optional<readonly string[]>,
  argument: string,
  serves?: Serves,
): Condition[] {
  if (values == null) return []
  checkEntries(values, argument)
  return [isAnyOf(column, values.filter(isStorable), serves)]
}

/**
 * All that is given must hold. Letter case counts; % and _ stand for themselves; null matches none. The column has an
 * index of its own, `serves` says how it serves one text.
 */
export function matchText(
  column: PgColumn,
  filter: Optional<TextFilter>,
  argument: string,
  serves: Serves,
): Condition[] {
  if (filter == null) return []
  return [
    ...(filter.eq == null ? [] : matchValues(column, [filter.eq], argument, serves)),
    ...matchValues(column, filter.in, `${argument}.in`, serves),
    ...(filter.contains == null ? [] : [contains(column, filter.contains)]),
    ...(filter.startsWith == null ? [] : [startsWith(column, filter.startsWith, serves)]),
  ]
}

function contains(column: PgColumn, text: string): Condition {
  if (!isStorable(text)) return nothing
  return {
    shape: `${column.name} contains`,
    values: [ofColumn(column, `%${text.replace(/[\\%_]/g, '\\$&')}%`)],
    sql: (pattern) => sql`${column} like ${pattern}`,
    serves: {},
  }
}

/** As bounds, which an index has whatever the text; of a LIKE only where the statement is planned for it. */
export function startsWith(column: PgColumn, text: string, ofText: Serves): Condition {
  if (!isStorable(text)) return nothing
  const to = endOfPrefix(text)
  const serves = { NAME: 'bounds' } as const
  if (to === null)
    return {
      shape: `${column.name}>=`,
      values: [ofColumn(column, text)],
      sql: (from) => sql`${column} >= ${from}`,
      serves,
    }
  return {
    shape: `${column.name}>=<`,
    values: [ofColumn(column, text), ofColumn(column, to)],
    sql: (from, to) => sql`${column} >= ${from} and ${column} < ${to}`,
    serves,
    prefix: ofText.CREATED === 'key' ? { column, from: text, to } : undefined,
  }
}

/** Strictly between the two times; either may be left out. */
export function matchCreated(
  column: PgColumn,
  after: Optional<string>,
  before: Optional<string>,
): Condition[] {
  const bound = (value: Optional<string>, compare: SQL, shape: string): Condition[] =>
    value == null
      ? []
      : [
          {
            shape,
            values: [ofColumn(column, value)],
            sql: (value) => sql`${column} ${compare} ${value}`,
            serves: { CREATED: 'bounds' },
          },
        ]
  return [...bound(after, sql`>`, 'created>'), ...bound(before, sql`<`, 'created<')]
}

/** Live rows alone unless asked otherwise; a filter that names the state of removed ones includes them. */
export function matchRemoved(
  table: ListTable,
  removed: Optional<RemovedFilter>,
  namesRemoved: boolean,
): Condition[] {
  switch (removed ?? (namesRemoved ? 'INCLUDE' : 'EXCLUDE')) {
    case 'EXCLUDE':
      return [isLive(table)]
    case 'ONLY':
      return [{ shape: 'removed', values: [], sql: () => sql`${table.removed} is not null`, serves: {} }]
    case 'INCLUDE':
      // Said all the same: no index has them.
      return [{ shape: 'all', values: [], sql: () => sql`true`, serves: {} }]
  }
}

/** The indexes of lists have no other rows. */
export function isLive({ removed, state }: ListTable): Condition {
  return {
    shape: 'live',
    values: [],
    sql: () => sql`${removed} is null`,
    ofKey: () => sql`${state} <> 'removed'`,
    serves: { CREATED: 'bounds', NAME: 'bounds' },
  }
}

/** The same for a list by id, whose index says it so. */
export const isLiveById: Condition = {
  shape: 'live by id',
  values: [],
  sql: () => isLiveOfId,
  serves: { ID: 'bounds' },
}

/** The same for a list by id of the rows of one key, whose index has another order. */
export const isLiveByKey: Condition = {
  shape: 'live by key',
  values: [],
  sql: () => isLiveOfKey,
  serves: {},
}

export function checkEntries(entries: readonly unknown[], argument: string): void {
  if (entries.length > maximumEntries)
    throw new RequestError(
      'BAD_USER_INPUT',
      `${argument} must have at most ${maximumEntries} entries, not ${entries.length}`,
    )
}
