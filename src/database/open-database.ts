import type { Log } from '../log.ts'
import { checkServer } from './check-server.ts'
import type { DatabaseAddress } from './database.ts'
import type { Archives } from './embedded/archives.ts'
import { openEmbeddedPostgres } from './embedded/open-embedded-postgres.ts'
import { readRecord } from './embedded/record.ts'

export interface DatabasePlace {
  /** Null: the embedded server. */
  url: string | null
  dataDir: string
  /** Of the embedded server where we are root; null: postgres, else nobody. */
  embeddedUser: string | null
  /** The snapshots that an embedded server's database is of no use without. */
  archives: Archives
  /** Whether to refuse a data folder without a database, instead of making one. */
  mustExist?: boolean
}

export interface OpenDatabase {
  address: DatabaseAddress
  /** The installation that an embedded server's data folder belongs to; a given server tells by itself. */
  installation: string | undefined
  close(): Promise<void>
}

/** Finds the Postgres server to use: the one that is given, if it will do, else the embedded one, which it starts or joins. */
export async function openDatabase(
  { url, dataDir, embeddedUser, archives, mustExist = false }: DatabasePlace,
  log: Log,
): Promise<OpenDatabase> {
  if (url !== null) {
    await checkServer(url)
    return { address: { url }, installation: undefined, close: async () => {} }
  }
  if (mustExist && (await readRecord(dataDir)) === null)
    throw new Error(
      `there is no database in DATA_DIR, ${dataDir}: set DATA_DIR or DATABASE_URL as the gateway has it, or start that first`,
    )
  const { connection, installation, close } = await openEmbeddedPostgres({
    dataDir,
    user: embeddedUser,
    archives,
    log,
  })
  return { address: connection, installation, close }
}
