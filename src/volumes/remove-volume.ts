import { and, eq, sql } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { type VolumeRow, volume } from '../database/tables.ts'
import { acceptsAction } from '../resources/accepts-action.ts'
import { ActionNotAvailable, throwProblems } from '../resources/errors.ts'
import { mutate, type Outcome } from '../resources/idempotency.ts'
import { requireId } from '../resources/ids.ts'
import { lifecycle } from '../resources/lifecycle.ts'
import { refuseUnavailable } from '../resources/refuse-unavailable.ts'
import { textProblems } from '../resources/text-rules.ts'
import { reasonsToKeep } from './reasons-to-keep.ts'

/** Forgets a volume; its data stays where it is. Throws NotFound, InvalidInput or ActionNotAvailable. */
export async function removeVolume(
  scope: AccountScope,
  { id, idempotencyKey }: { id: string; idempotencyKey?: string | null | undefined },
): Promise<Outcome<VolumeRow>> {
  throwProblems(textProblems('idempotencyKey', idempotencyKey))
  const key = requireId('volume', id)
  const find = (scope: AccountScope) => scope.row(volume, key)
  return mutate(scope, { mutation: 'removeVolume', idempotencyKey, input: { id } }, find, async (scope) => {
    // Locked in a statement of its own: only the next one sees the snapshots that were made meanwhile.
    const locked = await scope.row(volume, key, 'update')
    const [reason] = await reasonsToKeep(scope, [key])
    if (locked?.state === 'active' && reason) throw new ActionNotAvailable('remove', locked, reason)
    const [row] = await scope.update(
      volume,
      { state: lifecycle.volume.remove.done, removed: sql`clock_timestamp()` },
      and(eq(volume.id, key), acceptsAction(volume, 'volume', 'remove')),
    )
    return row && locked ? { row, from: locked.state } : refuseUnavailable('remove', 'volume', id, locked)
  })
}
