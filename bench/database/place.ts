import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import postgres, { type Sql } from 'postgres'
import type { DatabaseAddress } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open-database.ts'
import { archivesIn } from '../../src/storage/vfs/archives.ts'
import type { Settings } from '../settings.ts'

/** The database that all servers are to use. */
export interface Place {
  address: DatabaseAddress
  /** How the gateway's commands are told of it. */
  env: Record<string, string>
  /** For logs. */
  folder: string
  sql: Sql
  close(): Promise<void>
}

/** Finds the database, or starts the embedded one. */
export async function openPlace({ dataDir, databaseUrl }: Settings): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-'))
  const kept = dataDir === null ? join(folder, 'data') : resolve(dataDir)
  await mkdir(kept, { recursive: true })
  const database = await openDatabase(
    {
      url: databaseUrl,
      dataDir: kept,
      embeddedUser: null,
      archives: archivesIn(join(kept, 'snapshots')),
    },
    quiet,
  )
  const { address } = database
  const options = { max: 1, onnotice: () => {} }
  const sql = 'url' in address ? postgres(address.url, options) : postgres({ ...address, ...options })
  return {
    address,
    env: { DATA_DIR: kept, ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }) },
    folder,
    sql,
    close: async () => {
      await sql.end({ timeout: 1 })
      await database.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

const quiet = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} } as never
