import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import type { DatabaseAddress } from '../../src/database/database.ts'
import { openEmbeddedPostgres } from '../../src/database/embedded/open-embedded-postgres.ts'
import { migrateDatabase } from '../../src/database/migrate.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The server that the tests use, and the migrated database that each test file clones. */
    server: { address: DatabaseAddress; template: string }
  }
}

/** Vitest's global set-up: one server for the whole run, and one migrated template database on it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const { address, stop } = await startServer()
  const template = `snapshot_gateway_template_${randomBytes(6).toString('hex')}`
  await administer(address, (sql) => createLocalized(sql, template))
  await migrateDatabase(inDatabase(address, template))
  project.provide('server', { address, template })
  return async () => {
    await administer(address, (sql) => sql`drop database if exists ${sql(template)} with (force)`)
    await stop()
  }
}

/** The same server, another database. */
export function inDatabase(address: DatabaseAddress, database: string): DatabaseAddress {
  if (!('url' in address)) return { ...address, database }
  const url = new URL(address.url)
  url.pathname = `/${database}`
  return { url: url.href }
}

/** With a locale that orders texts otherwise than by code points, as many servers have; where this one can: from Postgres 15 on. */
async function createLocalized(sql: postgres.Sql, name: string): Promise<void> {
  const [icu] = await sql`
    select from pg_collation where collprovider = 'i' and current_setting('server_version_num')::int >= 150000 limit 1`
  const locale = icu ? sql`template template0 encoding 'UTF8' locale_provider icu icu_locale 'en'` : sql``
  await sql`create database ${sql(name)} ${locale}`
}

/** Runs a statement on the server's own database. */
export async function administer(
  address: DatabaseAddress,
  statement: (sql: postgres.Sql) => Promise<unknown>,
): Promise<void> {
  const options = { max: 1, onnotice: () => {} }
  const sql = 'url' in address ? postgres(address.url, options) : postgres({ ...address, ...options })
  try {
    await statement(sql)
  } finally {
    await sql.end()
  }
}

/** The server that TEST_DATABASE_URL names, else the embedded one in a temporary folder. */
async function startServer(): Promise<{ address: DatabaseAddress; stop(): Promise<void> }> {
  const url = process.env.TEST_DATABASE_URL
  if (url) return { address: { url }, stop: async () => {} }
  const dataDir = await mkdtemp(join(tmpdir(), 'snapshot-gateway-test-'))
  await chmod(dataDir, 0o755) // where we are root, the server is another user's
  const log = { info: () => {}, warn: console.warn, error: console.error }
  const { connection, close } = await openEmbeddedPostgres({ dataDir, log })
  return {
    address: connection,
    stop: async () => {
      await close()
      await rm(dataDir, { recursive: true })
    },
  }
}
