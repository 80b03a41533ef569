import { errors, type JWTPayload } from 'jose'
import { AccountScope } from '../../database/account-scope.ts'
import type { Database } from '../../database/database.ts'
import type { Log } from '../../log.ts'
import { isRole } from '../../resources/roles.ts'
import { type Authenticate, anonymous } from '../caller.ts'
import { createMemory } from '../memory.ts'
import { Unauthenticated } from '../unauthenticated.ts'
import { findAccount } from './find-account.ts'
import { type KeySetPlace, type KeySetTiming, openKeySet } from './key-set.ts'
import { verifyToken } from './verify-token.ts'

export interface TokenOptions {
  readonly jwks: KeySetPlace
  readonly issuer: string
  readonly audience: string
}

/**
 * AUTH=jwt: a token of an identity provider, as Bearer. Its claims `account`, an account's uuid, and `role` say as whom
 * the caller acts.
 */
export async function authenticateTokens(
  { jwks, issuer, audience }: TokenOptions,
  {
    database: { db, handle },
    log,
    timing,
  }: { database: Pick<Database, 'db' | 'handle'>; log: Log; timing?: KeySetTiming },
): Promise<Authenticate> {
  if ('url' in jwks && jwks.url.startsWith('http:'))
    log.warn({}, 'JWT_JWKS is not https: whoever is on the way there decides who is let in')
  const keys = await openKeySet(jwks, {
    ...(timing && { timing }),
    onUnavailable: (error) =>
      log.warn({ err: error }, 'JWT_JWKS cannot be had: until it can, requests are answered UNAVAILABLE'),
  })
  const accounts = createMemory({ find: (uuid) => findAccount(db, uuid) })

  return async ({ headers: { authorization } }) => {
    if (authorization === undefined) throw refused(null)
    const [, token] = /^bearer +(\S+)$/i.exec(authorization) ?? []
    if (token === undefined) throw refused('no Bearer token')
    const claims: JWTPayload = await verifyToken(token, keys, { issuer, audience }).catch(
      (error: unknown) => {
        throw error instanceof errors.JOSEError ? refused(error.message) : error
      },
    )
    const { account: uuid, role, sub } = claims
    if (typeof role !== 'string' || !isRole(role)) throw refused('the claim role is no role')
    if (typeof uuid !== 'string' || !isUuid(uuid)) throw refused("the claim account is no account's uuid")
    const name = uuid.toLowerCase()
    const account = accounts.peek(name) ?? (await accounts.ask(name))
    if (account === null) throw refused('the account is unknown')
    const { accountId, volumesRoot } = account
    const scope = new AccountScope(handle, accountId, volumesRoot)
    const actor = typeof sub === 'string' ? sub.slice(0, longestActor) : null
    return { scope, role, actor, name: actor ?? anonymous }
  }
}

/** It is in every line of the log about the caller. */
const longestActor = 200

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
}

function refused(reason: string | null): Unauthenticated {
  const challenge = `Bearer realm="snapshot-gateway"${reason === null ? '' : ', error="invalid_token"'}`
  return new Unauthenticated(
    'A valid token is needed, as Authorization: Bearer (in GraphiQL: under Headers).',
    { challenge, reason },
  )
}
