import { and, eq, sql } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { backup, type SnapshotRow, snapshot } from '../database/tables.ts'
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

/** Kept over attempts and later tries, so that each finds its leftovers; a new one only once it names a backup. */
const backupUuid = sql`case
  when ${snapshot.backupUuid} is null or exists (
    select from ${backup} where ${backup.accountId} = ${snapshot.accountId} and ${backup.uuid} = ${snapshot.backupUuid})
  then gen_random_uuid() else ${snapshot.backupUuid} end`

/** The only state in which it is accepted. */
const from = lifecycle.snapshot.create.done

/** Accepts the backup of a created snapshot; a worker copies it. Throws NotFound, InvalidInput or ActionNotAvailable. */
export async function backupSnapshot(
  scope: AccountScope,
  { id, idempotencyKey }: { id: string; idempotencyKey?: string | null | undefined },
  { operationDeadline, origin }: { operationDeadline: number; origin: Origin },
): Promise<Outcome<SnapshotRow>> {
  throwProblems(textProblems('idempotencyKey', idempotencyKey))
  const key = requireId('snapshot', id)
  const find = (scope: AccountScope) => scope.row(snapshot, key)
  return mutate(scope, { mutation: 'backupSnapshot', idempotencyKey, input: { id } }, find, async (scope) => {
    const [row] = await scope.update(
      snapshot,
      { state: lifecycle.snapshot.backup.accepted, backupUuid, ...acceptedWork(operationDeadline) },
      and(eq(snapshot.id, key), acceptsAction(snapshot, 'snapshot', 'backup')),
      recordEvents({ kind: 'transition', from, origin }),
    )
    if (!row) return refuseUnavailable('backup', 'snapshot', id, await find(scope))
    await scope.wake(workChannel)
    return { row, from }
  })
}
