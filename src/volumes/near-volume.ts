import { and, inArray, isNull, like, or } from 'drizzle-orm'
import type { AccountScope } from '../database/account-scope.ts'
import { type VolumeRow, volume } from '../database/tables.ts'

/** A live volume of the account whose path is the same as, inside or around the given one; null if there is none. */
export async function nearVolume(scope: AccountScope, path: string): Promise<VolumeRow | null> {
  const around = path.split('/').map((_, index, parts) => parts.slice(0, index + 1).join('/'))
  const inside = `${path.replace(/[\\%_]/g, '\\$&')}/%`
  const [neighbour] = await scope.rows(volume, {
    where: and(isNull(volume.removed), or(inArray(volume.path, around), like(volume.path, inside))),
    limit: 1,
  })
  return neighbour ?? null
}
