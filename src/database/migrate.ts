import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator'
import { connect, type DatabaseAddress } from './database.ts'

const folder = new URL('../../drizzle/', import.meta.url)

/** Migrations are missing, and this process was told not to apply them. */
export class SchemaBehind extends Error {}

/**
 * Brings the schema up to date, and makes the installation's row and account 1 where they are missing. Processes
 * that start together take turns. Returns the installation's uuid; throws where the database belongs to another
 * one than `installation`. `migrate: false` only checks that the schema is as new as this program needs, and throws
 * SchemaBehind where it is not.
 */
export async function migrateDatabase(
  address: DatabaseAddress,
  options: { installation?: string | undefined; migrate?: boolean } = {},
): Promise<string> {
  // One connection, so that the session's lock, the migrations and the rows are the same session's. No timeout:
  // waiting for another process's migration is no runaway statement.
  const { db, close } = connect(address, { pool: 1, statementTimeout: 0 })
  try {
    await db.execute(sql`select pg_advisory_lock(hashtextextended('snapshot-gateway migration', 0))`)
    if (options.migrate ?? true) await applyMigrations(db, { migrationsFolder: fileURLToPath(folder) })
    else await checkSchema(db)
    const uuid = await findInstallation(db, options.installation ?? randomUUID())
    if (options.installation !== undefined && uuid !== options.installation)
      throw new Error(`the database belongs to another installation (${uuid}, not ${options.installation})`)
    return uuid
  } finally {
    await close() // and with the session goes its lock
  }
}

/** Throws SchemaBehind where migrations are missing, with how many. Ones that this program does not know only add: they are fine. */
async function checkSchema(db: PostgresJsDatabase): Promise<void> {
  const journal = JSON.parse(await readFile(new URL('meta/_journal.json', folder), 'utf8')) as {
    entries: { when: number }[]
  }
  const [table] = await db.execute(sql`select to_regclass('drizzle.__drizzle_migrations') as found`)
  const applied = table?.found
    ? await db.execute<{ created_at: string }>(sql`select created_at from drizzle.__drizzle_migrations`)
    : []
  const latest = Math.max(0, ...applied.map((row) => Number(row.created_at)))
  const missing = journal.entries.filter((entry) => entry.when > latest).length
  if (missing > 0)
    throw new SchemaBehind(
      `the database lacks ${missing} of ${journal.entries.length} migrations: run snapshot-gateway migrate first`,
    )
}

async function findInstallation(db: PostgresJsDatabase, uuid: string): Promise<string> {
  await db.execute(sql`insert into installation (uuid) values (${uuid}) on conflict do nothing`)
  // Account 1, as whom AUTH=none acts; its volumes are in VOLUMES_DIR itself.
  await db.execute(sql`
    insert into account (name, volumes_root) select 'default', '' where not exists (select from account)`)
  const [row] = await db.execute<{ uuid: string }>(sql`select uuid from installation`)
  if (!row) throw new Error('the installation has no row')
  return row.uuid
}
