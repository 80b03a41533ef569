import { type EventRow, snapshotEvent } from '../database/tables.ts'
import type { Condition } from '../resources/condition.ts'
import { matchIds, matchValues } from '../resources/filter.ts'
import { type IdType, parseIdOf } from '../resources/ids.ts'
import type { SnapshotState } from '../resources/lifecycle.ts'
import type { EventKind } from './event-kinds.ts'

/** All that is given must hold; null is the same as left out. */
export interface EventFilter {
  snapshotId?: string[] | null | undefined
  volumeId?: string[] | null | undefined
  to?: SnapshotState[] | null | undefined
  kind?: EventKind[] | null | undefined
}

/** Indexes have the events of a snapshot and of a volume in the order of the history. */
const bySequence = { SEQUENCE: 'key' } as const

/** The filter as the database has it. Throws BAD_USER_INPUT for too many entries. */
export function eventConditions(filter: EventFilter): Condition[] {
  return [
    ...matchIds(snapshotEvent.snapshotId, 'snapshot', filter.snapshotId, 'filter.snapshotId', bySequence),
    ...matchIds(snapshotEvent.volumeId, 'volume', filter.volumeId, 'filter.volumeId', bySequence),
    ...matchValues(snapshotEvent.toState, filter.to, 'filter.to'),
    ...matchValues(snapshotEvent.eventKind, filter.kind, 'filter.kind'),
  ]
}

/** The same for events that are at hand. */
export function eventMatcher(filter: EventFilter): (event: EventRow) => boolean {
  const snapshots = idsOf('snapshot', filter.snapshotId)
  const volumes = idsOf('volume', filter.volumeId)
  const states = filter.to && new Set(filter.to)
  const kinds = filter.kind && new Set(filter.kind)
  return ({ snapshotId, volumeId, toState, eventKind }) =>
    (snapshots?.has(snapshotId) ?? true) &&
    (volumes?.has(volumeId) ?? true) &&
    (states?.has(toState) ?? true) &&
    (kinds?.has(eventKind) ?? true)
}

function idsOf(type: IdType, ids: readonly string[] | null | undefined): ReadonlySet<bigint> | null {
  return ids ? new Set(ids.flatMap((id) => parseIdOf(type, id) ?? [])) : null
}
