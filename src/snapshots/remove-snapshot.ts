import { and, eq } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { type SnapshotRow, snapshot } from '../database/tables.ts'
import { type Origin, recordEvents } from '../events/record-events.ts'
import { acceptedAfterLease } from '../resources/accepted-work.ts'
import { acceptsAction } from '../resources/accepts-action.ts'
import { cancelChannel, workChannel } from '../resources/channels.ts'
import { throwProblems } from '../resources/errors.ts'
import { mutate, type Outcome } from '../resources/idempotency.ts'
import { requireId } from '../resources/ids.ts'
import { lifecycle, workOf } from '../resources/lifecycle.ts'
import { refuseUnavailable } from '../resources/refuse-unavailable.ts'
import { textProblems } from '../resources/text-rules.ts'

/**
 * Accepts the removal of a snapshot; a worker deletes it. Cancels what is under way: the attempt keeps its lease
 * until its driver has settled, and removal starts then. Throws NotFound, InvalidInput or ActionNotAvailable.
 */
export async function removeSnapshot(
  scope: AccountScope,
  { id, idempotencyKey }: { id: string; idempotencyKey?: string | null | undefined },
  { operationDeadline, origin }: { operationDeadline: number; origin: Origin },
): Promise<Outcome<SnapshotRow>> {
  throwProblems(textProblems('idempotencyKey', idempotencyKey))
  const key = requireId('snapshot', id)
  const find = (scope: AccountScope) => scope.row(snapshot, key)
  return mutate(scope, { mutation: 'removeSnapshot', idempotencyKey, input: { id } }, find, async (scope) => {
    const before = await scope.row(snapshot, key, 'update')
    if (!before) return refuseUnavailable('remove', 'snapshot', id, before)
    const cancelled = before.transitioning === 'yes' ? workOf('snapshot', before.state) : null
    const [row] = await scope.update(
      snapshot,
      {
        state: lifecycle.snapshot.remove.accepted,
        ...acceptedAfterLease(snapshot, operationDeadline, 'Waiting for the cancelled work to stop'),
      },
      and(eq(snapshot.id, key), acceptsAction(snapshot, 'snapshot', 'remove')),
      recordEvents({ kind: cancelled ? 'cancel' : 'transition', from: before.state, origin }),
    )
    if (!row) return refuseUnavailable('remove', 'snapshot', id, before)
    await (row.leaseToken ? scope.notify(cancelChannel, row.leaseToken) : scope.wake(workChannel))
    return { row, from: before.state, cancelled }
  })
}
