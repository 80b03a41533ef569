import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { connect } from '../database/database.ts'
import type { Handle } from '../database/handle.ts'
import { migrateDatabase } from '../database/migrate.ts'
import { type DatabasePlace, openDatabase } from '../database/open-database.ts'
import type { Log } from '../log.ts'
import { InvalidInput } from '../resources/errors.ts'
import type { VfsConfig } from '../storage/vfs/vfs-config.ts'
import { checkVolume } from '../storage/vfs/volume-directory.ts'
import type { Answer } from './answer.ts'

/** What commands have at hand. */
export interface AdministrationHandles {
  db: PostgresJsDatabase
  handle: Handle
  /** Why volumes of an account cannot be below a directory of VOLUMES_DIR, or null. */
  whyUnfit(root: string): Promise<string | null>
}

export type AdministrationCommand = (handles: AdministrationHandles) => Promise<Answer>

export interface Places {
  database: Omit<DatabasePlace, 'mustExist'> & { pool: number; statementTimeout: number }
  storage: Omit<VfsConfig, 'installation'>
}

/**
 * Runs a command on the database of an installation that there is, also while gateways use it. It makes no database and
 * changes no schema: whoever is in the wrong folder hears so. Rejects with a message for people.
 */
export async function administer(
  command: AdministrationCommand,
  { database: place, storage }: Places,
  log: Log,
): Promise<Answer> {
  const server = await openDatabase({ ...place, mustExist: true }, log)
  try {
    const installation = await migrateDatabase(server.address, {
      installation: server.installation,
      migrate: false,
    })
    const { db, handle, close } = connect(server.address, place)
    const whyUnfit = (root: string) =>
      checkVolume({ ...storage, installation }, { accountRoot: '', path: root })
    return await command({ db, handle, whyUnfit }).catch(tell).finally(close)
  } finally {
    await server.close()
  }
}

/** Every problem of an input. */
function tell(error: unknown): never {
  if (!(error instanceof InvalidInput)) throw error
  throw new Error(error.problems.map((problem) => problem.message).join('\n'), { cause: error })
}
