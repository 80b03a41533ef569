import type { AccountScope, OwnAccount } from '../database/account-scope.ts'
import { account } from '../database/tables.ts'
import type { Field } from '../resources/field-conditions.ts'
import { together } from '../resources/placed-conditions.ts'
import { type Comparison, conditionsOf } from '../resources/search.ts'

/** What accounts can be searched by. */
export const searchableAccounts: Readonly<Record<string, Field>> = {
  id: { kind: 'reference', type: 'account', column: account.id },
  accountId: { kind: 'reference', type: 'account', column: account.id },
  created: { kind: 'time', column: account.created },
  description: { kind: 'text', column: null },
  kind: { kind: 'option', column: null, constant: 'account' },
  name: { kind: 'text', column: account.name },
  removed: { kind: 'time', column: null },
  state: { kind: 'option', column: null, constant: 'active' },
  transitioning: { kind: 'option', column: null, constant: 'no' },
  transitioningMessage: { kind: 'text', column: null },
  transitioningProgress: { kind: 'integer', column: null },
  uuid: { kind: 'uuid', column: account.uuid },
}

/** The caller's own account where it meets all comparisons; null else. Nobody sees another. Throws BAD_USER_INPUT. */
export async function searchAccount(
  scope: AccountScope,
  comparisons: readonly Comparison[],
): Promise<OwnAccount | null> {
  return scope.accountIf(together(conditionsOf(searchableAccounts, comparisons)))
}
