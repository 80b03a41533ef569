import type { AccountScope } from '../database/account-scope.ts'
import type { Role } from '../resources/roles.ts'

/** The name of whoever does not say one. */
export const anonymous = 'anonymous'

/** On whose behalf a request acts. */
export interface Caller {
  scope: AccountScope
  role: Role
  /** Who it is: the access key, or the `sub` of a token. Null where everyone is let in. */
  actor: string | null
  /** What people know it by: the name of the key, or else the same. */
  name: string
}

/** Tells who calls by the request's Authorization. Throws Unauthenticated, or RequestError UNAVAILABLE where it cannot tell. */
export type Authenticate = (request: {
  headers: { authorization?: string | undefined }
}) => Promise<Caller> | Caller
