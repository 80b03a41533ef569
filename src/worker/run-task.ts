import { and, eq } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { account, backup, volume } from '../database/tables.ts'
import { formatId } from '../resources/ids.ts'
import { type StorageDriver, StorageError, type StoredCopy, type Work } from '../storage/driver.ts'
import { writeLeased } from './lease.ts'
import { untilAvailable } from './until-available.ts'
import type { BackupWork, SnapshotWork, WorkRow } from './work-table.ts'

/** What a driver needs to know of the volume that a row belongs to. */
interface VolumeOf {
  uuid: string
  name: string
  driver: string
  location: { accountRoot: string; path: string }
}

/** What came of a task: the copy that was stored, of a removal nothing. */
export interface TaskResult {
  driver: string
  volumeUuid: string
  copy: StoredCopy | null
}

export interface TaskHandles {
  db: PostgresJsDatabase
  storage: ReadonlyMap<string, StorageDriver>
}

/**
 * Does the work of a claimed row with its driver; records nothing but what has to be known before a copy is
 * published. Throws StorageError, LeaseLost, or what the database throws.
 */
export async function runTask(
  { db, storage }: TaskHandles,
  row: WorkRow,
  work: Omit<Work, 'confirm'>,
): Promise<TaskResult> {
  const volume = await untilAvailable(work.signal, () => findVolume(db, row))
  const driver = storage.get(volume.driver)
  if (!driver)
    throw new StorageError('FAILED', `this worker has no storage driver ${volume.driver}`, {
      retryable: true,
    })
  work.signal.throwIfAborted()
  const copy = await run({ db, driver, volume, work }, row)
  return { driver: volume.driver, volumeUuid: volume.uuid, copy }
}

interface Task {
  db: PostgresJsDatabase
  driver: StorageDriver
  volume: VolumeOf
  work: Omit<Work, 'confirm'>
}

async function run(task: Task, row: WorkRow): Promise<StoredCopy | null> {
  if (row.kind === 'backup') return removeBackup(task, row)
  switch (row.state) {
    case 'creating':
      return takeSnapshot(task, row)
    case 'backing-up':
      return backUpSnapshot(task, row)
    case 'removing':
      return removeSnapshot(task, row)
    default:
      throw new Error(`no work is done in state ${row.state}`)
  }
}

function takeSnapshot({ db, driver, volume, work }: Task, row: SnapshotWork): Promise<StoredCopy> {
  const job = {
    volumeUuid: volume.uuid,
    snapshotUuid: row.uuid,
    volume: volume.location,
    leaseToken: row.leaseToken ?? '',
    confirmedChecksum: row.checksum,
  }
  const confirm = async (copy: StoredCopy) => {
    await untilAvailable(work.signal, () => writeLeased(db, row, { ...copy }))
  }
  return driver.takeSnapshot(job, { ...work, confirm })
}

async function backUpSnapshot({ db, driver, volume, work }: Task, row: SnapshotWork): Promise<StoredCopy> {
  if (row.backupUuid === null || row.checksum === null)
    throw new Error('a snapshot without a checksum is backed up')
  const job = {
    volumeUuid: volume.uuid,
    snapshotUuid: row.uuid,
    backupUuid: row.backupUuid,
    leaseToken: row.leaseToken ?? '',
    checksum: row.checksum,
    manifest: { snapshotId: formatId('snapshot', row.id), volumeName: volume.name, created: row.created },
  }
  // Only asks whether the lease still holds: what a backup is, is known before it is made.
  const confirm = async () => {
    await untilAvailable(work.signal, () => writeLeased(db, row, { state: row.state }))
  }
  try {
    return await driver.backUpSnapshot(job, { ...work, confirm })
  } catch (error) {
    // The damaged copy is left for people to look at; the next attempt makes another.
    if (error instanceof StorageError && error.code === 'DAMAGED_BACKUP')
      await untilAvailable(work.signal, () => writeLeased(db, row, { backupUuid: crypto.randomUUID() }))
    throw error
  }
}

async function removeSnapshot({ db, driver, volume, work }: Task, row: SnapshotWork): Promise<null> {
  const unpublished = { ...work, confirm: async () => {} }
  await driver.deleteSnapshot({ volumeUuid: volume.uuid, snapshotUuid: row.uuid }, unpublished)
  // A copy whose backup never came to be goes with its snapshot; a backup stays.
  const { backupUuid } = row
  if (backupUuid !== null && !(await untilAvailable(work.signal, () => isBackup(db, row, backupUuid))))
    await driver.deleteBackup({ volumeUuid: volume.uuid, backupUuid }, unpublished)
  return null
}

async function removeBackup({ driver, volume, work }: Task, row: BackupWork): Promise<null> {
  await driver.deleteBackup(
    { volumeUuid: volume.uuid, backupUuid: row.uuid },
    { ...work, confirm: async () => {} },
  )
  return null
}

async function isBackup(db: PostgresJsDatabase, row: SnapshotWork, uuid: string): Promise<boolean> {
  const rows = await db
    .select({ id: backup.id })
    .from(backup)
    .where(and(eq(backup.accountId, row.accountId), eq(backup.uuid, uuid)))
  return rows.length > 0
}

async function findVolume(db: PostgresJsDatabase, row: WorkRow): Promise<VolumeOf> {
  const [found] = await db
    .select({
      uuid: volume.uuid,
      name: volume.name,
      driver: volume.driver,
      path: volume.path,
      accountRoot: account.volumesRoot,
    })
    .from(volume)
    .innerJoin(account, eq(account.id, volume.accountId))
    .where(and(eq(volume.accountId, row.accountId), eq(volume.id, row.volumeId)))
  if (!found) throw new Error('the volume of a row is gone')
  const { uuid, name, driver, path, accountRoot } = found
  return { uuid, name, driver, location: { accountRoot, path } }
}
