import type { ResourceRow } from '../database/tables.ts'
import { ActionNotAvailable, NotFound } from './errors.ts'
import { type Action, refusalReason } from './lifecycle.ts'

/** Why a guarded update met no row: the resource is unknown, or it stands where the action is not accepted. */
export function refuseUnavailable(action: Action, kind: string, id: string, row: ResourceRow | null): never {
  if (!row) throw new NotFound(kind, id)
  throw new ActionNotAvailable(action, row, refusalReason(row.kind, action, row))
}
