import { and, inArray, isNull, like, or } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { type VolumeRow, volume } from '../database/tables.ts'
import { type InputProblem, inputProblem, RequestError, throwProblems } from '../resources/errors.ts'
import { mutate, type Outcome } from '../resources/idempotency.ts'
import { isStorable, textProblems } from '../resources/text-rules.ts'
import { type StorageDriver, StorageError } from '../storage/driver.ts'
import { isSingleComponent, pathsOverlap, volumePathProblem } from '../storage/volume-path.ts'
import { nameTaken } from './name-taken.ts'

export interface CreateVolume {
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

/**
 * Makes a volume: adopts its directory, or makes it. Throws InvalidInput with every problem of the input; nothing
 * is written to the disk before all of it was found sound.
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

  const nameFaults = textProblems('name', name)
  const pathFaults = lexicalFaults(name, input.path ?? null, nameFaults.length > 0)
  const faults = {
    name: nameFaults,
    description: textProblems('description', description),
    driver: driver ? [] : [unknownDriver(storage)],
    path: pathFaults,
    idempotencyKey: textProblems('idempotencyKey', idempotencyKey),
  }
  const sound = Object.values(faults).every((list) => list.length === 0)
  const call = {
    mutation: 'createVolume',
    // A call that is refused anyway must not look at its key, which may itself be at fault.
    idempotencyKey: sound ? idempotencyKey : null,
    input: { name, description, driver: driverName, path },
  }
  return mutate(
    scope,
    call,
    (scope, id) => scope.row(volume, id),
    async (scope) => {
      await scope.lockAccount()
      faults.name.push(...(await nameTaken(scope, name)))
      const location = { accountRoot: scope.volumesRoot, path }
      if (pathFaults.length === 0) {
        faults.path.push(...(await placeTaken(scope, path)))
        const unfit = driver && faults.path.length === 0 ? await answer(driver.checkVolume(location)) : null
        if (unfit !== null) faults.path.push(inputProblem('path', 'INVALID_FORMAT', unfit))
      }
      throwProblems(Object.values(faults).flat())
      if (driver) await answer(driver.makeVolume(location))
      return scope.insert(volume, {
        name,
        description,
        driver: driverName,
        path,
        state: 'active',
        transitioning: 'no',
      })
    },
  )
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

function lexicalFaults(name: string, path: string | null, nameAtFault: boolean): InputProblem[] {
  if (path !== null && !isStorable(path))
    return [
      inputProblem('path', 'INVALID_CHARACTERS', 'path must not contain U+0000 or half a surrogate pair'),
    ]
  if (path !== null) {
    const problem = volumePathProblem(path)
    return problem === null ? [] : [inputProblem('path', 'INVALID_FORMAT', `path ${problem}`)]
  }
  if (nameAtFault || isSingleComponent(name)) return []
  return [inputProblem('path', 'INVALID_FORMAT', 'the name cannot be the name of a directory: give a path')]
}

function unknownDriver(storage: ReadonlyMap<string, unknown>): InputProblem {
  return inputProblem('driver', 'INVALID_OPTION', `driver must be one of ${[...storage.keys()].join(', ')}`)
}

/** No volume shares files with another, or stands near another account's root. The account must be locked. */
async function placeTaken(scope: AccountScope, path: string): Promise<InputProblem[]> {
  const around = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'))
  const inside = `${path.replace(/[\\%_]/g, '\\$&')}/%`
  const [neighbour] = await scope.rows(volume, {
    where: and(isNull(volume.removed), or(inArray(volume.path, around), like(volume.path, inside))),
    limit: 1,
  })
  if (neighbour)
    return [
      inputProblem(
        'path',
        'NOT_UNIQUE',
        `path is the same as, inside or around that of the volume ${neighbour.name}`,
      ),
    ]
  const absolute = scope.volumesRoot === '' ? path : `${scope.volumesRoot}/${path}`
  const foreign = (await scope.otherRoots()).some((root) => pathsOverlap(root, absolute))
  return foreign ? [inputProblem('path', 'INVALID_FORMAT', 'path is not within the places for volumes')] : []
}
