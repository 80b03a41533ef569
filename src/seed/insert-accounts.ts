import { sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { firstAccount } from '../database/first-account.ts'
import { account } from '../database/tables.ts'
import { digestOf, uuidOf } from './values.ts'

/** Makes the accounts from the second on, each with a root of its own. Returns the ids of all, account 1's first. */
export async function insertAccounts(
  db: Pick<PostgresJsDatabase, 'execute'>,
  accounts: number,
): Promise<bigint[]> {
  const number = sql`number`
  const rows = await db.execute<{ id: string }>(sql`
    insert into ${account} (uuid, name, volumes_root)
    select ${uuidOf(digestOf('account', number))}, 'seeded-' || number, 'seeded/' || number
    from generate_series(2, ${accounts}::int) as number
    returning id`)
  return [firstAccount, ...rows.map((row) => BigInt(row.id))]
}
