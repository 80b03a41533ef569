import { createAccount } from '../accounts/create-account.ts'
import { listAccounts } from '../accounts/list-accounts.ts'
import type { AccountRow } from '../database/tables.ts'
import { formatId } from '../resources/ids.ts'
import type { AdministrationCommand } from './administer.ts'

const fields = ['id', 'name', 'volumesRoot', 'uuid', 'created'] as const

export function accountCreate(options: { name: string; volumesRoot: string }): AdministrationCommand {
  return async ({ handle, whyUnfit }) => ({
    content: shown(await createAccount(handle, options, whyUnfit)),
    fields,
  })
}

export function accountList(): AdministrationCommand {
  return async ({ db }) => ({ content: (await listAccounts(db)).map(shown), fields })
}

function shown({ id, name, volumesRoot, uuid, created }: AccountRow) {
  return { id: formatId('account', id), name, volumesRoot, uuid, created }
}
