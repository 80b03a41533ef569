import { sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { firstAccount } from '../database/first-account.ts'
import { volume } from '../database/tables.ts'
import type { Share } from './shares.ts'
import type { Timeline } from './timeline.ts'
import { digestOf, note, uuidOf } from './values.ts'

/** Makes an account's volumes, one a second until its snapshots begin. Their directories are not made. */
export async function insertVolumes(
  db: Pick<PostgresJsDatabase, 'execute'>,
  accountId: bigint,
  { volumes, volumesBefore }: Share,
  { start }: Timeline,
): Promise<void> {
  const last = volumesBefore + volumes
  // Account 1 has VOLUMES_DIR itself: its volumes are apart from the roots of the others, which are seeded/2 and so on.
  const folder = accountId === firstAccount ? 'seeded/1/' : ''
  await db.execute(sql`
    insert into ${volume} (account_id, uuid, name, description, state, transitioning, driver, path, created)
    select ${accountId}::bigint, ${uuidOf(digestOf('volume', sql`number`))}, 'seeded-' || number, ${note}, 'active',
      'no', 'vfs', ${folder}::text || 'volume-' || number, ${start} - (${last}::int - number + 1) * interval '1 second'
    from generate_series(${volumesBefore + 1}::int, ${last}::int) as number`)
}
