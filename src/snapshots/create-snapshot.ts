import type { AccountScope } from '../database/account-scope.ts'
import { type SnapshotRow, snapshot, volume } from '../database/tables.ts'
import { acceptedWork } from '../resources/accepted-work.ts'
import { workChannel } from '../resources/channels.ts'
import { InvalidInput, inputProblem, throwProblems } from '../resources/errors.ts'
import { mutate, type Outcome } from '../resources/idempotency.ts'
import { parseIdOf } from '../resources/ids.ts'
import { lifecycle } from '../resources/lifecycle.ts'
import { textProblems } from '../resources/text-rules.ts'

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
  { operationDeadline }: { operationDeadline: number },
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
  return mutate(scope, call, replay, async (scope) => {
    // Locked in a statement of its own, so that removeVolume either sees this snapshot or is seen by it.
    const id = parseIdOf('volume', volumeId)
    const parent = id === null ? null : await scope.row(volume, id, 'share')
    if (parent?.state !== 'active') throw new InvalidInput([noVolume, ...textFaults])
    throwProblems(textFaults)
    const row = await scope.insert(snapshot, {
      volumeId: parent.id,
      name,
      description,
      state: lifecycle.snapshot.create.accepted,
      ...acceptedWork(operationDeadline),
    })
    await scope.notify(workChannel, '')
    return { row, from: null }
  })
}

const noVolume = inputProblem(
  'volumeId',
  'INVALID_REFERENCE',
  'volumeId must be the id of a volume that is not removed',
)
