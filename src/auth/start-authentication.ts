import type { Database } from '../database/database.ts'
import type { Log } from '../log.ts'
import { authenticateAnyone } from './authenticate-anyone.ts'
import type { Authenticate } from './caller.ts'
import { authenticateTokens, type TokenOptions } from './jwt/authenticate-tokens.ts'
import { anyKey } from './keys/any-key.ts'
import { authenticateKeys } from './keys/authenticate-keys.ts'

/** How callers are told apart. */
export type AuthOptions = { readonly mode: 'none' | 'keys' } | ({ readonly mode: 'jwt' } & TokenOptions)

/** Starts what AUTH says. */
export async function startAuthentication(
  options: AuthOptions,
  { database, log }: { database: Database; log: Log },
): Promise<{ authenticate: Authenticate; close(): Promise<void> }> {
  switch (options.mode) {
    case 'none':
      return { authenticate: authenticateAnyone(database.handle), close: async () => {} }
    case 'jwt':
      return {
        authenticate: await authenticateTokens(options, { database, log }),
        close: async () => {},
      }
    case 'keys': {
      if (!(await anyKey(database.db)))
        log.warn(
          {},
          'there is no API key yet, so nobody can call; make one: snapshot-gateway api-key create --account 1a1 --role ADMIN --name first',
        )
      return authenticateKeys(database)
    }
  }
}
