import { sql } from 'drizzle-orm'
import { snapshot } from '../database/tables.ts'
import { type Condition, nothing, ofColumn, ofTexts } from '../resources/condition.ts'
import { checkEntries, isLive, type RemovedFilter } from '../resources/filter.ts'
import {
  type SnapshotState,
  snapshotStates,
  type Transitioning,
  transitionings,
} from '../resources/lifecycle.ts'

interface Standing {
  state?: readonly SnapshotState[] | null | undefined
  transitioning?: readonly Transitioning[] | null | undefined
  removed?: RemovedFilter | null | undefined
}

/**
 * The three parts of a filter that say where a snapshot stands. One index begins with state and transitioning, of all
 * snapshots: whatever is asked is some of its ranges, one for each pair.
 */
export function matchStanding({ state, transitioning, removed }: Standing): Condition[] {
  if (state != null) checkEntries(state, 'filter.state')
  if (transitioning != null) checkEntries(transitioning, 'filter.transitioning')
  const which = removed ?? (state?.includes('removed') ? 'INCLUDE' : 'EXCLUDE')
  const live = which === 'EXCLUDE' ? [isLive(snapshot)] : []
  if (state == null && transitioning == null && which === 'EXCLUDE') return live

  const states = new Set(
    (state ?? snapshotStates).filter(
      (state) => which === 'INCLUDE' || (state === 'removed') === (which === 'ONLY'),
    ),
  )
  const standings = new Set(transitioning ?? transitionings)
  if (states.size === 0 || standings.size === 0) return [nothing]
  return [...live, standsIn([...states], [...standings])]
}

function standsIn(states: SnapshotState[], standings: Transitioning[]): Condition {
  const serves = { CREATED: 'key' } as const
  const pairs = states.flatMap((state) => standings.map((transitioning) => [state, transitioning] as const))
  const [first] = pairs
  if (first && pairs.length === 1)
    return {
      shape: 'standing=',
      values: [ofColumn(snapshot.state, first[0]), ofColumn(snapshot.transitioning, first[1])],
      sql: (state, standing) => sql`${snapshot.state} = ${state} and ${snapshot.transitioning} = ${standing}`,
      serves,
    }
  return {
    shape: 'standing=any',
    values: [ofTexts(pairs.map(([state]) => state)), ofTexts(pairs.map(([, standing]) => standing))],
    // Each with each, so that this is the same.
    sql: (states, standings) =>
      sql`${snapshot.state} = any(${states}) and ${snapshot.transitioning} = any(${standings})`,
    serves,
    ranges: {
      of: (states, standings) => sql`unnest(${states}, ${standings}) as range(state, transitioning)`,
      where: sql`${snapshot.state} = range.state and ${snapshot.transitioning} = range.transitioning`,
    },
  }
}
