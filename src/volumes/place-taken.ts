import type { AccountScope } from '../database/account-scope.ts'
import { pathsOverlap } from '../paths.ts'
import { type InputProblem, inputProblem } from '../resources/errors.ts'
import { outsideOfRoot } from '../storage/volume-path.ts'
import { nearVolume } from './near-volume.ts'

/**
 * No volume shares files with another, or stands near another account's root. The account must be locked, so that
 * two calls cannot both find a place free.
 */
export async function placeTaken(scope: AccountScope, path: string): Promise<InputProblem[]> {
  const neighbour = await nearVolume(scope, path)
  if (neighbour)
    return [
      inputProblem(
        'path',
        'NOT_UNIQUE',
        `path must not be the same as, inside or above the path of the volume ${neighbour.name}`,
      ),
    ]
  const absolute = scope.volumesRoot === '' ? path : `${scope.volumesRoot}/${path}`
  const foreign = (await scope.otherRoots()).some((root) => pathsOverlap(root, absolute))
  return foreign ? [inputProblem('path', 'INVALID_FORMAT', outsideOfRoot)] : []
}
