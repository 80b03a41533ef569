import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { bigints, texts } from '../database/arrays.ts'

/**
 * A part of a filter. What it says and the values that it says it with are apart, so that the statement of a list is
 * made once for all lists that differ in their values alone.
 */
export interface Condition {
  /** What it says: conditions of equal shapes have the same SQL. */
  shape: string
  values: readonly Value[]
  /** Of what stands for each value. */
  sql(...values: SQL[]): SQL
  /** How indexes serve it, by the field that the list is ordered by; nothing: rows are read that are not wanted. */
  serves: Serves
  /** That a text begins so, where an index has the rows of one text in the order by CREATED. */
  prefix?: Prefix | undefined
  /** What it says where an index with a key before the order serves the list; left out: the same. */
  ofKey?: (() => SQL) | undefined
  /** Where it takes several ranges of an index, which are read apart and merged. */
  ranges?: Ranges
  /** Whether there may be many of them. */
  hasManyRanges?: boolean
}

export interface Value {
  /** As SQL has it, such as text. */
  type: string
  value: unknown
}

/** Either one for each entry of a list, which `where` calls range, or those of some conditions. */
export type Ranges = { of(...values: SQL[]): SQL; where: SQL } | { alternatives(...values: SQL[]): SQL[] }

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

/** A value that a column is compared with, by the column's collation. */
export function ofColumn(column: PgColumn, value: unknown): Value {
  const [type = ''] = column.getSQLType().split(' COLLATE ')
  return { type, value }
}

/** A list of texts. */
export function ofTexts(values: readonly string[]): Value {
  return { type: 'text[]', value: texts(values) }
}

function ofBigints(values: readonly bigint[]): Value {
  return { type: 'bigint[]', value: bigints(values) }
}

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
    return {
      shape: `${name}=`,
      values: [ofColumn(column, first)],
      sql: (value) => sql`${column} = ${value}`,
      serves,
    }
  const list = typeof first === 'string' ? ofTexts(distinct as string[]) : ofBigints(distinct as bigint[])
  return {
    shape: `${name}=any`,
    values: [list],
    sql: (values) => sql`${column} = any(${values})`,
    serves,
    ranges: {
      of: (list) => sql`unnest(${list}) as range(value)`,
      where: sql`${column} = range.value`,
    },
    hasManyRanges: true,
  }
}

/** That one of several conditions holds, each of which is a range of an index. */
export function either(
  shape: string,
  values: readonly Value[],
  alternatives: (...values: SQL[]) => SQL[],
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
