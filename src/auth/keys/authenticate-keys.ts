import { AccountScope } from '../../database/account-scope.ts'
import type { Database } from '../../database/database.ts'
import { listen } from '../../database/listen.ts'
import { revokedKeyChannel } from '../../resources/channels.ts'
import type { Authenticate } from '../caller.ts'
import { createMemory, type MemoryOptions } from '../memory.ts'
import { Unauthenticated } from '../unauthenticated.ts'
import { type FoundKey, findKey } from './find-key.ts'
import { readCredential } from './read-credential.ts'
import { hashSecret, isAccessKey, isSameHash } from './secret.ts'

/**
 * AUTH=keys: an access key and its secret. A key that was checked is remembered for some seconds, and forgotten at once
 * when it is revoked, in this process or another.
 */
export async function authenticateKeys(
  { db, handle, client }: Pick<Database, 'db' | 'handle' | 'client'>,
  options: Omit<MemoryOptions<FoundKey>, 'find'> = {},
): Promise<{ authenticate: Authenticate; close(): Promise<void> }> {
  const memory = createMemory({ ...options, find: (accessKey) => findKey(db, accessKey) })
  // Where listening begins anew, notifications may have been lost.
  const stop = await listen(client, revokedKeyChannel, memory.forget, () => memory.forget())

  const authenticate: Authenticate = async ({ headers: { authorization } }) => {
    if (authorization === undefined) throw refused(null)
    const credential = readCredential(authorization)
    if (credential === null) throw refused('no access key and secret by Basic or Bearer')
    const { accessKey } = credential
    if (!isAccessKey(accessKey)) throw refused('no access key of ours')
    const hash = hashSecret(credential.secret)
    // A wrong secret of a key that is remembered asks the database, as an unknown key does: it takes as long.
    const remembered = memory.peek(accessKey)
    const known = remembered !== null && isSameHash(hash, remembered.secretHash)
    const key = known ? remembered : await memory.ask(accessKey)
    const matches = isSameHash(hash, key?.secretHash)
    if (key === null) throw refused('the access key is unknown or revoked', accessKey)
    if (!matches) throw refused('the secret is wrong', accessKey)
    const { accountId, volumesRoot, role, name } = key
    const scope = new AccountScope(handle, accountId, volumesRoot)
    return { scope, role, actor: accessKey, name: name ?? accessKey }
  }
  return { authenticate, close: () => stop().catch(() => {}) }
}

function refused(reason: string | null, accessKey: string | null = null): Unauthenticated {
  return new Unauthenticated('A valid access key and its secret are needed, by HTTP Basic or Bearer.', {
    challenge: 'Basic realm="snapshot-gateway", charset="UTF-8"',
    reason,
    accessKey,
  })
}
