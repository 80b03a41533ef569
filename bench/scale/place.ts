import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AccountScope } from '../../src/database/account-scope.ts'
import { connect, type Database } from '../../src/database/database.ts'
import { openDatabase } from '../../src/database/open-database.ts'
import { archivesIn } from '../../src/storage/vfs/archives.ts'
import { run } from '../processes.ts'

/** How many rows a database has. */
export interface Size {
  accounts: number
  volumes: number
  snapshots: number
}

export interface ScalePlace {
  database: Database
  /** Account 1, which has half of all where there are several. */
  scope: AccountScope
  close(): Promise<void>
}

/** Opens an embedded database of a size in a folder; seeds it where it is new. */
export async function openScalePlace(
  folder: string,
  { accounts, volumes, snapshots }: Size,
): Promise<ScalePlace> {
  mkdirSync(folder, { recursive: true })
  const env = { DATA_DIR: folder }
  const log = join(folder, '..', 'seed.log')
  await run({ args: ['dist/main.js', 'migrate'], env, log })
  const server = await openDatabase(
    { url: null, dataDir: folder, embeddedUser: null, archives: archivesIn(join(folder, 'snapshots')) },
    quiet,
  )
  const database = connect(server.address, { pool: 2, statementTimeout: 0 })
  const close = async () => {
    await database.close()
    await server.close()
  }
  const [found] = await database.client<{ count: number }[]>`select count(*)::int as count from snapshot`
  if (found?.count !== snapshots) {
    const counts = ['--accounts', accounts, '--volumes', volumes, '--snapshots', snapshots].map(String)
    await run({ args: ['dist/main.js', 'seed', ...counts], env, log })
  }
  return { database, scope: new AccountScope(database.handle, 1n), close }
}

const quiet = { debug() {}, info() {}, warn() {}, error() {}, fatal() {} } as never
