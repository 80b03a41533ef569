import { and, eq } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { type VolumeRow, volume } from '../database/tables.ts'
import { inputProblem, throwProblems } from '../resources/errors.ts'
import { mutate, type Outcome } from '../resources/idempotency.ts'
import { requireId } from '../resources/ids.ts'
import { refuseUnavailable } from '../resources/refuse-unavailable.ts'
import { acceptsAction, orUnchanged } from '../resources/standing.ts'
import { textProblems } from '../resources/text-rules.ts'
import { nameTaken } from './name-taken.ts'

/** A field left out stays; null clears the description and is refused for the name. */
export interface UpdateVolume {
  id: string
  name?: string | null | undefined
  description?: string | null | undefined
  idempotencyKey?: string | null | undefined
}

/** Changes name and description. Throws NotFound, InvalidInput or ActionNotAvailable. */
export async function updateVolume(
  scope: AccountScope,
  { id, name, description, idempotencyKey }: UpdateVolume,
): Promise<Outcome<VolumeRow>> {
  throwProblems([
    ...(name === null
      ? [inputProblem('name', 'NOT_NULLABLE', 'name must not be null: a volume has a name')]
      : []),
    ...textProblems('name', name),
    ...textProblems('description', description),
    ...textProblems('idempotencyKey', idempotencyKey),
  ])
  const key = requireId('volume', id)
  const call = { mutation: 'updateVolume', idempotencyKey, input: { id, name, description } }
  const find = (scope: AccountScope) => scope.row(volume, key)
  return mutate(scope, call, find, async (scope) => {
    if (name != null) {
      await scope.lockAccount()
      // A removed volume is refused for what it is, not for its name.
      const current = await find(scope)
      if (current?.state === 'active') throwProblems(await nameTaken(scope, name, key))
    }
    const [row] = await scope.update(
      volume,
      {
        name: orUnchanged(volume.name, name ?? undefined),
        description: orUnchanged(volume.description, description),
      },
      and(eq(volume.id, key), acceptsAction(volume, 'volume', 'update')),
    )
    return row ?? refuseUnavailable('update', 'volume', id, await find(scope))
  })
}
