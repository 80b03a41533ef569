import { sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { backup } from '../database/tables.ts'
import { lifecycle, processes, type Work, workOf } from '../resources/lifecycle.ts'
import { noLease, writeLeased } from './lease.ts'
import { retryMessage } from './messages.ts'
import type { TaskResult } from './run-task.ts'
import type { WorkRow } from './work-table.ts'

/** Of a row that nothing is due for any more. */
export const settled = { ...noLease, runAfter: null, deadline: null, transitioningProgress: null }

/** Records that the work of a claimed row is done. Throws LeaseLost where it may no longer be recorded. */
export async function recordDone(
  db: PostgresJsDatabase,
  row: WorkRow,
  { volumeUuid, copy }: TaskResult,
): Promise<void> {
  const done = {
    ...settled,
    transitioning: 'no',
    transitioningMessage: null,
    state: processes[processOf(row)].done,
  }
  if (row.state === lifecycle.snapshot.remove.running) {
    await writeLeased(db, row, { ...done, removed: sql`clock_timestamp()` }, 'transition')
    return
  }
  if (row.kind === 'backup' || copy === null) throw new Error('only removals store nothing')
  if (row.state === lifecycle.snapshot.create.running) {
    await writeLeased(db, row, { ...done, ...copy, managedVolumeUuid: volumeUuid }, 'transition')
    return
  }
  await db.transaction(async (tx) => {
    const snapshot = await writeLeased(tx, row, done, 'transition')
    const { accountId, volumeId, name, description, backupUuid } = snapshot
    if (backupUuid === null) throw new Error('a backup has a uuid')
    await tx.insert(backup).values({
      accountId,
      uuid: backupUuid,
      name,
      description,
      state: 'created',
      transitioning: 'no',
      snapshotId: snapshot.id,
      volumeId,
      key: `${volumeUuid}/${backupUuid}.tar.gz`,
      ...copy,
    })
  })
}

/** Records a failed attempt; the row is due again after `delay` seconds. */
export async function recordRetry(
  db: PostgresJsDatabase,
  row: WorkRow,
  reason: string,
  delay: number,
): Promise<void> {
  const waiting = {
    ...noLease,
    transitioningMessage: retryMessage(row.attempt, reason),
    transitioningProgress: 0,
    runAfter: sql`now() + ${delay} * interval '1 second'`,
  }
  await writeLeased(db, row, waiting, 'retry')
}

/** Records that the work failed for good. */
export async function recordFailure(db: PostgresJsDatabase, row: WorkRow, reason: string): Promise<void> {
  const failed = {
    ...settled,
    state: processes[processOf(row)].failed,
    transitioning: 'error',
    transitioningMessage: reason,
  }
  await writeLeased(db, row, failed, 'failure')
}

/** The process that a claimed row is in. */
export function processOf(row: Pick<WorkRow, 'kind' | 'state'>): Work {
  const work = workOf(row.kind, row.state)
  if (work === null) throw new Error(`no process of a ${row.kind} is under way in state ${row.state}`)
  return work
}
