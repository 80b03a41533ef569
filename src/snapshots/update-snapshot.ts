import { and, eq, sql } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { type SnapshotRow, snapshot } from '../database/tables.ts'
import { type Origin, recordEvents } from '../events/record-events.ts'
import { acceptsAction } from '../resources/accepts-action.ts'
import { throwProblems } from '../resources/errors.ts'
import { mutate, type Outcome } from '../resources/idempotency.ts'
import { requireId } from '../resources/ids.ts'
import { orUnchanged } from '../resources/or-unchanged.ts'
import { refuseUnavailable } from '../resources/refuse-unavailable.ts'
import { textProblems } from '../resources/text-rules.ts'

/** A field left out stays; null clears it. */
interface UpdateSnapshot {
  id: string
  name?: string | null | undefined
  description?: string | null | undefined
  idempotencyKey?: string | null | undefined
}

/** Changes name and description. Throws NotFound, InvalidInput or ActionNotAvailable. */
export async function updateSnapshot(
  scope: AccountScope,
  { id, name, description, idempotencyKey }: UpdateSnapshot,
  { origin }: { origin: Origin },
): Promise<Outcome<SnapshotRow>> {
  throwProblems([
    ...textProblems('name', name),
    ...textProblems('description', description),
    ...textProblems('idempotencyKey', idempotencyKey),
  ])
  const key = requireId('snapshot', id)
  const isChange = name !== undefined || description !== undefined
  const call = { mutation: 'updateSnapshot', idempotencyKey, input: { id, name, description } }
  const find = (scope: AccountScope) => scope.row(snapshot, key)
  return mutate(scope, call, find, async (scope) => {
    const [row] = await scope.update(
      snapshot,
      { name: orUnchanged(snapshot.name, name), description: orUnchanged(snapshot.description, description) },
      and(eq(snapshot.id, key), acceptsAction(snapshot, 'snapshot', 'update')),
      isChange ? recordEvents({ kind: 'update', from: sql`state`, origin }) : undefined,
    )
    return row ? { row, from: row.state } : refuseUnavailable('update', 'snapshot', id, await find(scope))
  })
}
