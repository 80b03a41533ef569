import type { Log } from '../log.ts'
import { checkServer } from './check-server.ts'
import type { DatabaseAddress } from './database.ts'
import type { Archives } from './embedded/archives.ts'
import { openEmbeddedPostgres } from './embedded/open-embedded-postgres.ts'

export interface DatabasePlace {
  /** Null: the embedded server. */
  url: string | null
  dataDir: string
  /** Of the embedded server where we are root; null: postgres, else nobody. */
  embeddedUser: string | null
  /** The snapshots that an embedded server's database is of no use without. */
  archives: Archives
}

export interface OpenDatabase {
  address: DatabaseAddress
  /** The installation that an embedded server's data folder belongs to; a given server tells by itself. */
  installation: string | undefined
  close(): Promise<void>
}

/** Finds the Postgres server to use: the one that is given, if it will do, else the embedded one, which it starts or joins. */
export async function openDatabase(
  { url, dataDir, embeddedUser, archives }: DatabasePlace,
  log: Log,
): Promise<OpenDatabase> {
  if (url !== null) {
    await checkServer(url)
    return { address: { url }, installation: undefined, close: async () => {} }
  }
  const { connection, installation, close } = await openEmbeddedPostgres({
    dataDir,
    user: embeddedUser,
    archives,
    log,
  })
  return { address: connection, installation, close }
}
