import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { bigints, texts } from '../database/arrays.ts'

/**
 * A part of a filter. What it says and the values that it says it with are apart, so that the statement of a list is
 * made once for all lists that differ in their values alone.
 */
export interface Condition {
  /** What it says: conditions of equal shapes have the same SQL. */
  shape: string
  values: readonly unknown[]
  /** Of a placeholder for each value. */
  sql(...values: Placeholder[]): SQL
  /** How indexes serve it, by the field that the list is ordered by; nothing: rows are read that are not wanted. */
  serves: Serves
  /** That a text begins so, where an index has the rows of one text in the order by CREATED. */
  prefix?: Prefix | undefined
  /** What it says where an index with a key before the order serves the list; left out: the same. */
  ofKey?: (() => SQL) | undefined
  /** Where it takes several ranges of an index, which are read apart and merged. */
  ranges?: Ranges
}

/** Either one for each entry of a list, which `where` calls range, or those of some conditions. */
export type Ranges =
  | { of(...values: Placeholder[]): SQL; where: SQL }
  | { alternatives(...values: Placeholder[]): SQL[] }

/** The texts of a column from one on, and before another. */
export interface Prefix {
  column: PgColumn
  from: string
  to: string
}

/**
 * `key`: a column leads an index that goes on with the order, so that the rows of one value come as the list wants them.
 * `bounds`: it says where in an index the list begins or ends.
 */
export type Serves = Readonly<Partial<Record<string, 'key' | 'bounds'>>>

/** Nothing meets it. */
export const nothing: Condition = { shape: 'nothing', values: [], sql: () => sql`false`, serves: {} }

/** That a column has one of some values. */
export function isAnyOf(
  column: PgColumn,
  values: readonly string[] | readonly bigint[],
  serves: Serves = {},
): Condition {
  const { name } = column
  const distinct = [...new Set<string | bigint>(values)]
  const [first] = distinct
  if (first === undefined) return nothing
  // An index brings the rows of one value in order, those of a list of values in no order.
  if (distinct.length === 1)
    return { shape: `${name}=`, values: [first], sql: (value) => sql`${column} = ${value}`, serves }
  const isText = typeof first === 'string'
  const type = sql.raw(isText ? 'text[]' : 'bigint[]')
  return {
    shape: `${name}=any`,
    values: [isText ? texts(distinct as string[]) : bigints(distinct as bigint[])],
    sql: (values) => sql`${column} = any(${values}::${type})`,
    serves,
    ranges: {
      of: (values) => sql`unnest(${values}::${type}) as range(value)`,
      where: sql`${column} = range.value`,
    },
  }
}

/** That one of several conditions holds, each of which is a range of an index. */
export function either(
  shape: string,
  values: readonly unknown[],
  alternatives: (...values: Placeholder[]) => SQL[],
  serves: Serves,
): Condition {
  return {
    shape,
    values,
    sql: (...values) => sql`(${sql.join(alternatives(...values), sql` or `)})`,
    serves,
    ranges: { alternatives },
  }
}
