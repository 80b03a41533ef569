import { type SQL, sql } from 'drizzle-orm'
import type { Share } from './shares.ts'

const minute = 60_000_000
/** How many rows of its account a row may have been overtaken by, at most. */
const overtaking = 3

/** The times of an account's rows, which end at `origin`, a time as text. */
export interface Timeline {
  origin: SQL
  /** Microseconds between one snapshot and the next, if they were in order. */
  step: number
  /** When its volumes were there. */
  start: SQL
}

/** Over all accounts there is one snapshot a minute; each has its own over the whole time. */
export function timelineOf({ snapshots }: Share, all: number, origin: string): Timeline {
  // A multiple of 8, for the sake of `createdOf`.
  const step = Math.floor((minute * all) / Math.max(1, snapshots) / 8) * 8
  const end = sql`${origin}::timestamptz`
  return {
    origin: end,
    step,
    start: sql`(${end} - (${snapshots + overtaking}::bigint * ${step}::bigint) * interval '1 microsecond')`,
  }
}

/**
 * When the account's snapshot `index` of `snapshots`, from 0, was created: its turn, or up to three turns before it by
 * `draw`, from 0 to 65535. No two are the same: those of the same remainder by 8 are eight turns apart.
 */
export function createdOf({ origin, step }: Timeline, snapshots: number, index: SQL, draw: SQL): SQL {
  const early = sql`(floor(${draw} * (${overtaking}::float8 * ${step}::float8 / 65536 / 8))::bigint * 8 + ${index} % 8)`
  return sql`${origin} - ((${snapshots}::bigint - 1 - ${index}) * ${step}::bigint + ${early}) * interval '1 microsecond'`
}
