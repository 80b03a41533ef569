import { AccountScope } from '../database/account-scope.ts'
import { firstAccount } from '../database/first-account.ts'
import type { Handle } from '../database/handle.ts'
import { type Authenticate, anonymous, type Caller } from './caller.ts'

/** AUTH=none: whoever reaches the gateway is the administrator of account 1. */
export function authenticateAnyone(handle: Handle): Authenticate {
  const caller: Caller = {
    scope: new AccountScope(handle, firstAccount),
    role: 'ADMIN',
    actor: null,
    name: anonymous,
  }
  return () => caller
}
