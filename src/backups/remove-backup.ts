import { and, eq } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { type BackupRow, backup, snapshot } from '../database/tables.ts'
import { type Origin, recordEvents } from '../events/record-events.ts'
import { acceptedWork } from '../resources/accepted-work.ts'
import { acceptsAction } from '../resources/accepts-action.ts'
import { workChannel } from '../resources/channels.ts'
import { throwProblems } from '../resources/errors.ts'
import { mutate, type Outcome } from '../resources/idempotency.ts'
import { requireId } from '../resources/ids.ts'
import { lifecycle } from '../resources/lifecycle.ts'
import { refuseUnavailable } from '../resources/refuse-unavailable.ts'
import { textProblems } from '../resources/text-rules.ts'

/**
 * Accepts the removal of a backup; a worker deletes the copy. The snapshot that it backed up is created again at
 * once. Throws NotFound, InvalidInput or ActionNotAvailable.
 */
export async function removeBackup(
  scope: AccountScope,
  { id, idempotencyKey }: { id: string; idempotencyKey?: string | null | undefined },
  { operationDeadline, origin }: { operationDeadline: number; origin: Origin },
): Promise<Outcome<BackupRow>> {
  throwProblems(textProblems('idempotencyKey', idempotencyKey))
  const key = requireId('backup', id)
  const find = (scope: AccountScope) => scope.row(backup, key)
  return mutate(scope, { mutation: 'removeBackup', idempotencyKey, input: { id } }, find, async (scope) => {
    const before = await scope.row(backup, key, 'update')
    const [row] = await scope.update(
      backup,
      { state: lifecycle.backup.remove.accepted, ...acceptedWork(operationDeadline) },
      and(eq(backup.id, key), acceptsAction(backup, 'backup', 'remove')),
    )
    if (!row || !before) return refuseUnavailable('remove', 'backup', id, before)
    await scope.update(
      snapshot,
      { state: lifecycle.snapshot.create.done, transitioning: 'no' },
      and(
        eq(snapshot.id, row.snapshotId),
        eq(snapshot.state, lifecycle.snapshot.backup.done),
        eq(snapshot.backupUuid, row.uuid),
      ),
      recordEvents({ kind: 'transition', from: lifecycle.snapshot.backup.done, origin }),
    )
    await scope.wake(workChannel)
    return { row, from: before.state }
  })
}
