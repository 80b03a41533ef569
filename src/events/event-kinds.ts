import { snapshotEventKinds } from '../database/tables.ts'

/**
 * What has happened to a snapshot. `transition`: a request or a worker brought it on; `retry`: an attempt failed, and there
 * will be another; `failure`: the work failed for good; `cancel`: a removal cancelled work that was under way; `update`: its
 * name or description was changed.
 */
export type EventKind = (typeof snapshotEventKinds)[number]
export const eventKinds: readonly EventKind[] = snapshotEventKinds
