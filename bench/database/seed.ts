import { join } from 'node:path'
import { run } from '../processes.ts'
import { nameOfCreated } from '../requests/subject.ts'
import type { Settings } from '../settings.ts'
import type { Place } from './place.ts'

/** Makes the rows, where a run before has not. */
export async function seed({ sql, env, folder }: Place, { snapshots, volumes }: Settings): Promise<void> {
  const log = join(folder, 'seed.log')
  await run({ args: ['dist/main.js', 'migrate'], env, log })
  // Else what Q4 makes takes a minute to delete: Postgres looks for the backups of each. The gateway deletes no rows.
  await sql`create index if not exists backup_of_snapshot on backup (account_id, snapshot_id)`
  await deleteCreated({ sql })
  const [found] = await sql<{ count: number }[]>`select count(*)::int as count from snapshot`
  if (found?.count === snapshots) return
  if (found?.count !== 0)
    throw new Error(`the database has ${found?.count} snapshots, not ${snapshots}: give another one`)
  const counts = ['--volumes', String(volumes), '--snapshots', String(snapshots)]
  await run({ args: ['dist/main.js', 'seed', ...counts], env, log })
  await sql`vacuum (analyze)`
  await sql`checkpoint`
}

/** Deletes what Q4 has made, so that who comes next finds the same table. */
export async function deleteCreated({ sql }: Pick<Place, 'sql'>): Promise<void> {
  await sql`delete from snapshot where account_id = 1 and removed is null and name = ${nameOfCreated}`
  await sql`truncate snapshot_event, snapshot_event_outbox`
}
