import { inArray } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { backup, snapshot } from '../database/tables.ts'
import type { StorageDriver, StorageRoot, StoredFile } from '../storage/driver.ts'

/** What a sweep did, by paths relative to the roots. */
export interface Swept {
  deleted: string[]
  /** Files that no row knows: reported, never deleted. */
  unknown: string[]
}

/** Seconds for which a temporary file of a lost attempt is left alone: its driver may be late. */
const lateDriver = 3600

/** What is known of the snapshot or backup that a file is named after. */
interface Owner {
  removed: boolean
  leaseToken: string | null
}

/**
 * Goes from files to rows, and deletes what a removal or a crashed attempt has left behind: files of removed rows,
 * copies whose backup never came to be and whose snapshot is removed, old temporary files of attempts that are over.
 */
export async function sweep(
  db: PostgresJsDatabase,
  driver: Pick<StorageDriver, 'listFolders' | 'listFiles' | 'deleteFile'>,
  signal: AbortSignal,
): Promise<Swept> {
  const swept: Swept = { deleted: [], unknown: [] }
  for (const root of ['snapshots', 'backups'] as const)
    for (const folder of await driver.listFolders(root)) {
      signal.throwIfAborted()
      await sweepFolder(db, driver, root, folder, swept)
    }
  return swept
}

async function sweepFolder(
  db: PostgresJsDatabase,
  driver: Pick<StorageDriver, 'listFiles' | 'deleteFile'>,
  root: StorageRoot,
  folder: string,
  swept: Swept,
): Promise<void> {
  const files = await driver.listFiles(root, folder)
  // Rows after files: a row that is removed now was there before, and a file that is new has its row already.
  const owners = await findOwners(db, root, files)
  for (const file of files) {
    const path = `${root}/${folder}/${file.name}`
    const owner = file.uuid === null ? undefined : owners.get(file.uuid)
    if (!owner) swept.unknown.push(path)
    else if (isLeftover(file, owner)) {
      await driver.deleteFile(root, folder, file.name)
      swept.deleted.push(path)
    }
  }
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
  const keep = (rows: { uuid: string | null; state: string; leaseToken: string | null }[]) => {
    for (const { uuid, state, leaseToken } of rows)
      if (uuid !== null) owners.set(uuid, { removed: state === 'removed', leaseToken })
  }
  const { state, leaseToken } = snapshot
  if (root === 'snapshots') {
    for (const batch of batches(uuids))
      keep(
        await db
          .select({ uuid: snapshot.uuid, state, leaseToken })
          .from(snapshot)
          .where(inArray(snapshot.uuid, batch)),
      )
    return owners
  }
  for (const batch of batches(uuids))
    keep(
      await db
        .select({ uuid: backup.uuid, state: backup.state, leaseToken: backup.leaseToken })
        .from(backup)
        .where(inArray(backup.uuid, batch)),
    )
  // Copies on their way to become a backup, or that never did: few, so that this needs no index of its own.
  for (const batch of batches(uuids.filter((uuid) => !owners.has(uuid))))
    keep(
      await db
        .select({ uuid: snapshot.backupUuid, state, leaseToken })
        .from(snapshot)
        .where(inArray(snapshot.backupUuid, batch)),
    )
  return owners
}

function* batches<T>(list: readonly T[], size = 1000): Generator<T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size)
}
