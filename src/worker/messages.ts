import { type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import { maximumAttempts } from './retry-policy.ts'

/**
 * What a row says from its claim on: what is being done, and from the second attempt on, which one it is. Where the
 * attempts are used up nothing is done, and what it said last stays.
 */
export function attemptMessage(table: {
  state: PgColumn
  attempt: PgColumn
  transitioningMessage: PgColumn
}): SQL {
  const doing = sql`case ${table.state}
    when 'removing' then 'Deleting' when 'backing-up' then 'Copying to the backup target' else 'Writing the archive' end`
  return sql`case when ${table.attempt} = 0 then ${doing}
    when ${table.attempt} >= ${maximumAttempts}::int then ${table.transitioningMessage}
    else 'attempt ' || ${table.attempt} + 1 || ' of ' || ${maximumAttempts}::int || ': ' || ${doing} end`
}

/** What the history says of an attempt whose lease ran out. */
export function lostMessage(attempt: SQL): SQL {
  return sql`'attempt ' || ${attempt} || ' of ' || ${maximumAttempts}::int || ': ended without a result'`
}

/** What a row says while it waits for its next attempt. */
export function retryMessage(attempt: number, reason: string): string {
  return `attempt ${attempt} of ${maximumAttempts}: ${reason}`
}

/** What a row says once its attempts are used up. */
export function exhaustedMessage(reason: string): string {
  return `gave up after ${maximumAttempts} attempts: ${reason}`
}

/** Seconds in the largest unit that divides them, such as `6 h`. */
export function durationText(seconds: number): string {
  for (const [unit, length] of [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
  ] as const)
    if (seconds % length === 0) return `${seconds / length} ${unit}`
  return `${seconds} s`
}
