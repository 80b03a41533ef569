import { connect } from '../database/database.ts'
import { migrateDatabase } from '../database/migrate.ts'
import { type DatabasePlace, openDatabase } from '../database/open-database.ts'
import type { Log } from '../log.ts'
import { type Seeded, seed } from './seed.ts'
import { showProgress } from './show-progress.ts'
import type { Size } from './size.ts'

/**
 * Seeds the database of an installation, which is made where there is none, also while gateways use it. Returns what to
 * tell of it. Rejects with a message for people.
 */
export async function runSeed(
  place: DatabasePlace,
  size: Size,
  { json, log }: { json: boolean; log: Log },
): Promise<string> {
  const server = await openDatabase(place, log)
  try {
    await migrateDatabase(server.address, { installation: server.installation })
    // One connection, and a statement takes as long as it takes.
    const database = connect(server.address, { pool: 1, statementTimeout: 0 })
    const progress = showProgress(size.snapshots, log)
    const seeded = await seed(database, size, progress.made).finally(progress.end).finally(database.close)
    return json ? `${JSON.stringify(seeded, null, 2)}\n` : told(seeded)
  } finally {
    await server.close()
  }
}

function told({ accounts, volumes, snapshots, backups, seconds }: Seeded): string {
  return `seeded ${count(snapshots, 'snapshot')} and ${count(backups, 'backup')} of ${count(volumes, 'volume')} in ${count(accounts, 'account')} in ${seconds} s\n`
}

function count(number: number, what: string): string {
  return `${number.toLocaleString('en')} ${what}${number === 1 ? '' : 's'}`
}
