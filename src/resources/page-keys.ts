import { type SQL, sql } from 'drizzle-orm'
import { type Each, ofEach } from '../database/account-statements.ts'
import { bigints, texts } from '../database/arrays.ts'
import { typed, type unplanned, type Values } from '../database/statement.ts'
import type { Condition } from './condition.ts'
import { nameOf, valuesIn } from './placed-conditions.ts'

/** What tells pages of lists of one shape apart: the values of the conditions, and the id of the parent if it is of one. */
export type PageKey = readonly unknown[]

/** A part of such keys, as a statement has it. */
export interface KeyColumn {
  name: string
  type: string
  /** Whether each key has its own; else all that are asked for at once have the same. */
  isOwn: boolean
}

/** The columns of the values of conditions, and that of the parent. */
export function keyColumns(
  conditions: readonly Condition[],
  { hasParent, areOwn }: { hasParent: boolean; areOwn: boolean },
): KeyColumn[] {
  const columns = valuesIn(conditions).map(({ type }, place) => ({
    name: nameOf(place),
    type,
    isOwn: areOwn,
  }))
  return hasParent ? [...columns, { name: 'parent', type: 'bigint', isOwn: true }] : columns
}

/** The key of a page. */
export function keyOf(conditions: readonly Condition[], parentId?: bigint): PageKey {
  const values = valuesIn(conditions).map(({ value }) => value)
  return parentId === undefined ? values : [...values, parentId]
}

/** What stands for a column in a statement. */
export function standsFor({ name, type, isOwn }: KeyColumn): SQL {
  if (!isOwn) return typed(sql.placeholder(name), type)
  return isList(type) ? typed(ofEach(name), type) : ofEach(name)
}

/** The list of those that each key has; null where there are none. `as`: how it is told. */
export function listOfKeys(columns: readonly KeyColumn[], as: typeof typed | typeof unplanned): Each | null {
  const own = columns.filter(({ isOwn }) => isOwn)
  if (own.length === 0) return null
  const lists = own.map(({ name, type }) => as(sql.placeholder(name), `${isList(type) ? 'text' : type}[]`))
  return { of: sql`unnest(${sql.join(lists, sql`, `)})`, columns: own.map(({ name }) => name) }
}

/** What a statement is asked with for some keys. */
export function valuesOfKeys(columns: readonly KeyColumn[], keys: readonly PageKey[]): Values {
  const values: Record<string, unknown> = {}
  for (const [place, { name, type, isOwn }] of columns.entries()) {
    const ofKeys = keys.map((key) => key[place])
    if (!isOwn) values[name] = ofKeys[0]
    else values[name] = type === 'bigint' ? bigints(ofKeys as bigint[]) : texts(ofKeys as string[])
  }
  return values
}

/** A list of lists is one of their texts: Postgres has none whose entries differ in length. */
function isList(type: string): boolean {
  return type.endsWith('[]')
}
