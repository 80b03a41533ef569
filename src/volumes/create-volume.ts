import type { AccountScope } from '../database/account-scope.ts'
import { type VolumeRow, volume } from '../database/tables.ts'
import { type InputProblem, inputProblem, RequestError, throwProblems } from '../resources/errors.ts'
import { mutate, type Outcome } from '../resources/idempotency.ts'
import { lifecycle } from '../resources/lifecycle.ts'
import { isStorable, textProblems } from '../resources/text-rules.ts'
import { type StorageDriver, StorageError } from '../storage/driver.ts'
import { isSingleComponent, volumePathProblem } from '../storage/volume-path.ts'
import { nameTaken } from './name-taken.ts'
import { placeTaken } from './place-taken.ts'

interface CreateVolume {
  name: string
  description?: string | null | undefined
  /** Null or left out: vfs. */
  driver?: string | null | undefined
  /** The directory below the account's root of volumes; null or left out: the name. */
  path?: string | null | undefined
  idempotencyKey?: string | null | undefined
}

/** What making a volume needs of a storage driver. */
export type VolumeStorage = Pick<StorageDriver, 'checkVolume' | 'makeVolume'>

export const defaultDriver = 'vfs'

/** The problems of each field, in the input's order. */
type Faults = Record<'name' | 'description' | 'driver' | 'path' | 'idempotencyKey', InputProblem[]>

/**
 * Makes a volume: adopts its directory, or makes it. Throws InvalidInput with every problem of the input; nothing
 * is written to the disk before all of it was found sound. Throws UNAVAILABLE where the storage does not answer.
 */
export async function createVolume(
  scope: AccountScope,
  input: CreateVolume,
  { storage }: { storage: ReadonlyMap<string, VolumeStorage> },
): Promise<Outcome<VolumeRow>> {
  const { name, idempotencyKey } = input
  const description = input.description ?? null
  const driverName = input.driver ?? defaultDriver
  const path = input.path ?? name
  const driver = storage.get(driverName)

  const lexical: Faults = {
    name: textProblems('name', name),
    description: textProblems('description', description),
    driver: driver ? [] : [unknownDriver(storage)],
    path: pathProblems(input),
    idempotencyKey: textProblems('idempotencyKey', idempotencyKey),
  }
  // Where a name at fault is also the path, there is no place to look at.
  const hasPlace = lexical.path.length === 0 && (input.path != null || lexical.name.length === 0)
  const findFaults = async (scope: AccountScope): Promise<Faults> => ({
    ...lexical,
    name: [...lexical.name, ...(await nameTaken(scope, name))],
    path: hasPlace ? await placeTaken(scope, path) : lexical.path,
  })

  // Storage before the transaction: one that hangs holds neither a connection nor a lock that others wait for.
  const faults = await findFaults(scope)
  // After the look at what is taken: what an earlier call with this key has taken is no fault of its repetition.
  const repeated = isSound(lexical) && idempotencyKey != null && (await scope.keys.has(idempotencyKey))
  if (!repeated) {
    if (driver && hasPlace && faults.path.length === 0) {
      const location = { accountRoot: scope.volumesRoot, path }
      const unfit = await answer(isSound(faults) ? driver.makeVolume(location) : driver.checkVolume(location))
      if (unfit !== null) faults.path.push(inputProblem('path', 'INVALID_FORMAT', unfit))
    }
    throwProblems(Object.values(faults).flat())
  }
  const call = {
    mutation: 'createVolume',
    idempotencyKey,
    input: { name, description, driver: driverName, path },
  }
  return mutate(
    scope,
    call,
    (scope, id) => scope.row(volume, id),
    async (scope) => {
      await scope.lockAccount()
      throwProblems(Object.values(await findFaults(scope)).flat())
      const row = await scope.insert(volume, {
        name,
        description,
        driver: driverName,
        path,
        state: lifecycle.volume.create.done,
        transitioning: 'no',
      })
      return { row, from: null }
    },
  )
}

function isSound(faults: Faults): boolean {
  return Object.values(faults).every((problems) => problems.length === 0)
}

/** Storage that does not answer in time, or fails, is the request's to try again. Throws UNAVAILABLE. */
async function answer<R>(call: Promise<R>): Promise<R> {
  try {
    return await call
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    throw new RequestError('UNAVAILABLE', `the storage cannot do this now: ${error.message}`, {
      cause: error,
    })
  }
}

function pathProblems({ name, path }: CreateVolume): InputProblem[] {
  if (path == null) {
    if (textProblems('name', name).length > 0 || isSingleComponent(name)) return []
    return [
      inputProblem('path', 'INVALID_FORMAT', 'the name cannot be the name of a directory; give a path too'),
    ]
  }
  if (!isStorable(path))
    return [
      inputProblem('path', 'INVALID_CHARACTERS', 'path must not contain U+0000 or half a surrogate pair'),
    ]
  const problem = volumePathProblem(path)
  return problem === null ? [] : [inputProblem('path', 'INVALID_FORMAT', `path ${problem}`)]
}

function unknownDriver(storage: ReadonlyMap<string, unknown>): InputProblem {
  return inputProblem(
    'driver',
    'INVALID_OPTION',
    `driver is unknown; available: ${[...storage.keys()].join(', ')}`,
  )
}
