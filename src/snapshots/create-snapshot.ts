import type { AccountScope } from '../database/account-scope.ts'
import { type SnapshotRow, snapshot, volume } from '../database/tables.ts'
import type { Origin } from '../events/record-events.ts'
import { workChannel } from '../resources/channels.ts'
import { InvalidInput, inputProblem, throwProblems } from '../resources/errors.ts'
import { mutate, type Outcome } from '../resources/idempotency.ts'
import { parseIdOf } from '../resources/ids.ts'
import { textProblems } from '../resources/text-rules.ts'
import { insertSnapshot } from './insert-snapshot.ts'

interface CreateSnapshot {
  volumeId: string
  name?: string | null | undefined
  description?: string | null | undefined
  idempotencyKey?: string | null | undefined
}

/**
 * Accepts a snapshot of a volume; a worker takes it. Throws InvalidInput with every problem of the input.
 * `operationDeadline`: seconds after which the work is given up.
 */
export function createSnapshot(
  scope: AccountScope,
  input: CreateSnapshot,
  { operationDeadline, origin }: { operationDeadline: number; origin: Origin },
): Promise<Outcome<SnapshotRow>> {
  const { volumeId, idempotencyKey } = input
  const name = input.name ?? null
  const description = input.description ?? null
  const textFaults = [
    ...textProblems('name', name),
    ...textProblems('description', description),
    ...textProblems('idempotencyKey', idempotencyKey),
  ]
  const call = {
    mutation: 'createSnapshot',
    // A call that is refused anyway must not look at its key, which may itself be at fault.
    idempotencyKey: textFaults.length > 0 ? null : idempotencyKey,
    input: { volumeId, name, description },
  }
  const replay = (scope: AccountScope, id: bigint) => scope.row(snapshot, id)
  const create = async (scope: AccountScope) => {
    const id = parseIdOf('volume', volumeId)
    if (textFaults.length > 0) {
      const parent = id === null ? null : await scope.row(volume, id)
      throwProblems(parent?.state === 'active' ? textFaults : [noVolume, ...textFaults])
    }
    const row =
      id === null
        ? null
        : await insertSnapshot(scope, { volumeId: id, name, description, operationDeadline, origin })
    if (!row) throw new InvalidInput([noVolume])
    await scope.wake(workChannel)
    return { row, from: null }
  }
  return mutate(scope, call, replay, create, { inOneStatement: true })
}

const noVolume = inputProblem(
  'volumeId',
  'INVALID_REFERENCE',
  'volumeId must be the id of a volume that is not removed',
)
