import { and, eq, inArray, type SQL } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { backup, snapshot, volume } from '../database/tables.ts'
import { type StorageDriver, StorageError, type StorageRoot, type StoredFile } from '../storage/driver.ts'
import type { WorkTable } from './work-table.ts'

/** What a sweep did, by paths relative to the roots. */
export interface Swept {
  deleted: string[]
  /** Files that no row knows: reported, never deleted. */
  unknown: string[]
  /** What could not be looked at or deleted, and why; the next sweep tries again. */
  failed: { path: string; reason: string }[]
}

/** Seconds for which a temporary file of a lost attempt is left alone: its driver may be late. */
const lateDriver = 3600

/** What is known of the snapshot or backup that a file is named after. */
interface Owner {
  /** The folder of its files. */
  volumeUuid: string
  removed: boolean
  leaseToken: string | null
}

interface Sweeping {
  db: PostgresJsDatabase
  driver: Pick<StorageDriver, 'listFolders' | 'listFiles' | 'deleteFile'>
  signal: AbortSignal
  swept: Swept
}

/**
 * Goes from files to rows, and deletes what a removal or a crashed attempt has left behind: files of removed rows,
 * copies whose backup never came to be and whose snapshot is removed, old temporary files of attempts that are over.
 * What fails of it holds up nothing else. Throws what the database throws, and once `signal` is aborted.
 */
export async function sweep(
  db: PostgresJsDatabase,
  driver: Sweeping['driver'],
  signal: AbortSignal,
): Promise<Swept> {
  const sweeping = { db, driver, signal, swept: { deleted: [], unknown: [], failed: [] } }
  for (const root of ['snapshots', 'backups'] as const)
    await attempt(sweeping, root, async () => {
      for (const folder of ['', ...(await driver.listFolders(root))])
        await attempt(sweeping, pathOf(root, folder), () => sweepFolder(sweeping, root, folder))
    })
  return sweeping.swept
}

async function attempt({ signal, swept }: Sweeping, path: string, work: () => Promise<void>): Promise<void> {
  signal.throwIfAborted()
  try {
    await orAborted(signal, work())
  } catch (error) {
    if (!(error instanceof StorageError)) throw error
    swept.failed.push({ path, reason: error.message })
  }
}

/** Does not wait for storage that hangs once the signal is aborted: it rejects then. */
function orAborted(signal: AbortSignal, work: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

async function sweepFolder(sweeping: Sweeping, root: StorageRoot, folder: string): Promise<void> {
  const { db, driver, swept } = sweeping
  const files = await driver.listFiles(root, folder)
  // Rows after files: a row that is removed now was there before, and a file that is new has its row already.
  const owners = await findOwners(db, root, files)
  for (const file of files) {
    const path = pathOf(root, folder, file.name)
    const owner = owners.get(file.uuid ?? '')
    // Elsewhere than where the gateway writes it, it is somebody's own copy.
    const isOwned = owner?.volumeUuid === folder && !(root === 'snapshots' && file.kind === 'manifest')
    if (!isOwned) swept.unknown.push(path)
    else if (isLeftover(file, owner))
      await attempt(sweeping, path, async () => {
        await driver.deleteFile(root, folder, file.name)
        swept.deleted.push(path)
      })
  }
}

function pathOf(...parts: string[]): string {
  return parts.filter((part) => part !== '').join('/')
}

function isLeftover(file: StoredFile, owner: Owner): boolean {
  if (owner.removed) return true
  return file.kind === 'temporary' && file.leaseToken !== owner.leaseToken && file.idleSeconds > lateDriver
}

async function findOwners(
  db: PostgresJsDatabase,
  root: StorageRoot,
  files: readonly StoredFile[],
): Promise<Map<string, Owner>> {
  const uuids = [...new Set(files.flatMap((file) => file.uuid ?? []))]
  const owners = new Map<string, Owner>()
  const keep = (
    rows: { uuid: string | null; volumeUuid: string; state: string; leaseToken: string | null }[],
  ) => {
    for (const { uuid, volumeUuid, state, leaseToken } of rows)
      if (uuid !== null) owners.set(uuid, { volumeUuid, removed: state === 'removed', leaseToken })
  }
  const find = async (
    table: WorkTable,
    uuid: typeof snapshot.uuid | typeof backup.uuid | typeof snapshot.backupUuid,
    wanted: readonly string[],
  ) => {
    const { state, leaseToken } = table
    for (const batch of batches(wanted))
      keep(
        await db
          .select({ uuid, volumeUuid: volume.uuid, state, leaseToken })
          .from(table)
          .innerJoin(volume, volumeOf(table))
          .where(inArray(uuid, batch)),
      )
  }
  if (root === 'snapshots') await find(snapshot, snapshot.uuid, uuids)
  else {
    // Copies on their way to become a backup, or that never did. Before the backups, which have the last word: a copy
    // may become one, and its snapshot be removed, between the two.
    await find(snapshot, snapshot.backupUuid, uuids)
    await find(backup, backup.uuid, uuids)
  }
  return owners
}

function volumeOf({ accountId, volumeId }: WorkTable): SQL | undefined {
  return and(eq(volume.accountId, accountId), eq(volume.id, volumeId))
}

function* batches<T>(list: readonly T[], size = 1000): Generator<T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size)
}
