import { and, eq, isNull, ne } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { volume } from '../database/tables.ts'
import { type InputProblem, inputProblem } from '../resources/errors.ts'
import { isStorable } from '../resources/text-rules.ts'

/**
 * Rancher: a volume's name is unique among its account's volumes that are not removed. The account must be
 * locked, so that two calls cannot both find a name free; the unique index stands behind that.
 */
export async function nameTaken(scope: AccountScope, name: string, self?: bigint): Promise<InputProblem[]> {
  if (!isStorable(name)) return []
  const others = await scope.rows(volume, {
    where: and(
      eq(volume.name, name),
      isNull(volume.removed),
      self === undefined ? undefined : ne(volume.id, self),
    ),
    limit: 1,
  })
  return others.length === 0
    ? []
    : [inputProblem('name', 'NOT_UNIQUE', 'another volume already has this name')]
}
