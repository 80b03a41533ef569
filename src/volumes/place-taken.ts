import { and, inArray, isNull, like, or } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { volume } from '../database/tables.ts'
import { pathsOverlap } from '../paths.ts'
import { type InputProblem, inputProblem } from '../resources/errors.ts'
import { outsideOfRoot } from '../storage/volume-path.ts'

/**
 * No volume shares files with another, or stands near another account's root. The account must be locked, so that
 * two calls cannot both find a place free.
 */
export async function placeTaken(scope: AccountScope, path: string): Promise<InputProblem[]> {
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
        `path must not be the same as, inside or above the path of the volume ${neighbour.name}`,
      ),
    ]
  const absolute = scope.volumesRoot === '' ? path : `${scope.volumesRoot}/${path}`
  const foreign = (await scope.otherRoots()).some((root) => pathsOverlap(root, absolute))
  return foreign ? [inputProblem('path', 'INVALID_FORMAT', outsideOfRoot)] : []
}
