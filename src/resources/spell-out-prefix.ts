import type { AccountScope } from '../database/account-scope.ts'
import { distinctTexts } from '../database/account-statements.ts'
import { isLiveOfKey, snapshot } from '../database/tables.ts'
import { type Condition, isAnyOf } from './condition.ts'

/** Names that are read one by one: each takes some 20 µs, and then a range of its own. */
const most = 100

/**
 * The filter of a list, with the names that begin as it says in place of their beginning, where that is of use: no index
 * has all names with one beginning in the order by CREATED, but one has those of each. Where there are too many names,
 * the filter as it is.
 */
export async function spellOutPrefix(
  scope: AccountScope,
  filter: readonly Condition[],
  field: string,
): Promise<readonly Condition[]> {
  const at = filter.find(({ prefix }) => prefix)
  const rest = filter.filter((condition) => condition !== at)
  if (!at?.prefix || field !== 'CREATED' || rest.some(({ serves }) => serves[field] !== 'bounds'))
    return filter
  const { from, to } = at.prefix
  const names = await scope.ask(namesOfSnapshots, { from, to, limit: most + 1 })
  if (names.length > most) return filter
  return [...rest, isAnyOf(at.prefix.column, names, { [field]: 'key' })]
}

/** Of snapshots alone: the names of live volumes are all different, and backups are not listed by name. */
export const namesOfSnapshots = distinctTexts(snapshot, snapshot.name, isLiveOfKey)
