import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { listAccounts } from '../accounts/list-accounts.ts'
import { createKey } from '../auth/keys/create-key.ts'
import { listKeys, type ShownKey } from '../auth/keys/list-keys.ts'
import { revokeKey } from '../auth/keys/revoke-key.ts'
import { isAccessKey } from '../auth/keys/secret.ts'
import { formatId, parseIdOf } from '../resources/ids.ts'
import type { Role } from '../resources/roles.ts'
import type { AdministrationCommand } from './administer.ts'

const fields = ['accessKey', 'account', 'role', 'name', 'created', 'revoked'] as const

export function keyCreate(options: { account: string; role: Role; name?: string }): AdministrationCommand {
  return async ({ db }) => {
    const { role, name = null } = options
    const { secret, ...key } = await createKey(db, {
      accountId: await accountOf(db, options.account),
      role,
      name,
    })
    const { accessKey, account, created } = shown(key)
    return {
      content: { accessKey, secret, account, role, name, created },
      fields: ['accessKey', 'secret', 'account', 'role', 'name', 'created'],
      note: 'The secret is shown this once, and kept nowhere: store it now.',
    }
  }
}

export function keyList(options: { account?: string }): AdministrationCommand {
  return async ({ db }) => {
    const accountId = options.account === undefined ? undefined : await accountOf(db, options.account)
    return { content: (await listKeys(db, accountId)).map(shown), fields }
  }
}

export function keyRevoke(accessKey: string): AdministrationCommand {
  return async ({ db }) => {
    // What has another form is not repeated: it may be a secret.
    if (!isAccessKey(accessKey))
      throw new Error('this is no access key: it has 20 hexadecimal digits, in capitals')
    const key = await revokeKey(db, accessKey)
    if (key === null)
      throw new Error(
        `there is no access key ${accessKey}; to see which there are: snapshot-gateway api-key list`,
      )
    return { content: shown(key), fields }
  }
}

async function accountOf(db: PostgresJsDatabase, text: string): Promise<bigint> {
  const id = parseIdOf('account', text)
  if (id !== null && (await listAccounts(db)).some((account) => account.id === id)) return id
  throw new Error(
    `there is no account ${JSON.stringify(text)}; to see which there are: snapshot-gateway account list`,
  )
}

function shown({ accessKey, accountId, role, name, created, revoked }: ShownKey) {
  return { accessKey, account: formatId('account', accountId), role, name, created, revoked }
}
