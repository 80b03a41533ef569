import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { apiKey } from '../../database/tables.ts'
import { throwProblems } from '../../resources/errors.ts'
import type { Role } from '../../resources/roles.ts'
import { textProblems } from '../../resources/text-rules.ts'
import { type ShownKey, shownColumns } from './list-keys.ts'
import { hashSecret, newAccessKey, newSecret } from './secret.ts'

interface CreateKey {
  /** Of an account that there is. */
  accountId: bigint
  role: Role
  /** For people. */
  name: string | null
}

/** Makes a key. Its secret is nowhere but in the answer. Throws InvalidInput. */
export async function createKey(
  db: PostgresJsDatabase,
  { accountId, role, name }: CreateKey,
): Promise<ShownKey & { secret: string }> {
  throwProblems(textProblems('name', name))
  const secret = newSecret()
  const [row] = await db
    .insert(apiKey)
    .values({ accountId, role, name, accessKey: newAccessKey(), secretHash: hashSecret(secret) })
    .returning(shownColumns)
  if (!row) throw new Error('inserting a key returned no row')
  return { ...row, secret }
}
