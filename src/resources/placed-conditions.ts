import { and, type SQL, sql } from 'drizzle-orm'
import { typed, type Values } from '../database/statement.ts'
import type { Condition, Value } from './condition.ts'

/** A condition and what stands for its values. */
export interface Placed {
  condition: Condition
  values: SQL[]
}

/** Places conditions in a statement; `as`: what stands for each of their values, which are counted through. */
export function place(conditions: readonly Condition[], as: (value: Value, place: number) => SQL): Placed[] {
  let place = 0
  return conditions.map((condition) => ({
    condition,
    values: condition.values.map((value) => as(value, place++)),
  }))
}

/** The values of conditions, as `place` counts them. */
export function valuesIn(conditions: readonly Condition[]): Value[] {
  return conditions.flatMap(({ values }) => values)
}

/** The name of a value by its place. */
export function nameOf(place: number): string {
  return `v${place}`
}

/** All conditions, as a statement has them that is asked with `valuesOf` them. */
export function allOf(conditions: readonly Condition[]): SQL | undefined {
  const placed = place(conditions, ({ type }, place) => typed(sql.placeholder(nameOf(place)), type))
  return and(...placed.map(({ condition, values }) => condition.sql(...values)))
}

/** All conditions with their values, for a statement that is asked once. */
export function together(conditions: readonly Condition[]): SQL | undefined {
  const placed = place(conditions, ({ type, value }) => typed(sql`${value}`, type))
  return and(...placed.map(({ condition, values }) => condition.sql(...values)))
}

export function valuesOf(conditions: readonly Condition[]): Values {
  return Object.fromEntries(valuesIn(conditions).map(({ value }, place) => [nameOf(place), value]))
}
