import { and, eq } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { type VolumeRow, volume } from '../database/tables.ts'
import { acceptsAction } from '../resources/accepts-action.ts'
import { inputProblem, throwProblems } from '../resources/errors.ts'
import { mutate, type Outcome } from '../resources/idempotency.ts'
import { parseIdOf, requireId } from '../resources/ids.ts'
import { orUnchanged } from '../resources/or-unchanged.ts'
import { refuseUnavailable } from '../resources/refuse-unavailable.ts'
import { textProblems } from '../resources/text-rules.ts'
import { nameTaken } from './name-taken.ts'

/** A field left out stays; null clears the description and is refused for the name. */
interface UpdateVolume {
  id: string
  name?: string | null | undefined
  description?: string | null | undefined
  idempotencyKey?: string | null | undefined
}

/** Changes name and description. Throws NotFound, InvalidInput with every problem of the input, or ActionNotAvailable. */
export async function updateVolume(
  scope: AccountScope,
  { id, name, description, idempotencyKey }: UpdateVolume,
): Promise<Outcome<VolumeRow>> {
  const faults = {
    name: name === null ? [nameMissing] : textProblems('name', name),
    description: textProblems('description', description),
    idempotencyKey: textProblems('idempotencyKey', idempotencyKey),
  }
  const text = Object.values(faults).flat()
  if (parseIdOf('volume', id) === null) throwProblems(text)
  const key = requireId('volume', id)
  const call = {
    mutation: 'updateVolume',
    // A call that is refused anyway must not look at its key, which may itself be at fault.
    idempotencyKey: text.length === 0 ? idempotencyKey : null,
    input: { id, name, description },
  }
  const find = (scope: AccountScope) => scope.row(volume, key)
  return mutate(scope, call, find, async (scope) => {
    if (name != null) {
      await scope.lockAccount()
      // A removed volume is refused for what it is, not for its name.
      const current = await find(scope)
      if (current?.state === 'active') faults.name.push(...(await nameTaken(scope, name, key)))
    }
    throwProblems(Object.values(faults).flat())
    const [row] = await scope.update(
      volume,
      {
        name: orUnchanged(volume.name, name ?? undefined),
        description: orUnchanged(volume.description, description),
      },
      and(eq(volume.id, key), acceptsAction(volume, 'volume', 'update')),
    )
    return row ? { row, from: row.state } : refuseUnavailable('update', 'volume', id, await find(scope))
  })
}

const nameMissing = inputProblem('name', 'NOT_NULLABLE', 'name must not be null: a volume needs a name')
