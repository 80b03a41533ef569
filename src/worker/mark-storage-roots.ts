import type { DatabaseAddress } from '../database/database.ts'
import { withStorageRoots } from '../database/storage-roots.ts'
import type { Log } from '../log.ts'
import { type StorageDriver, StorageError } from '../storage/driver.ts'

export interface StorageRoots {
  snapshotsDir: string
  backupsDir: string
  driver: Pick<StorageDriver, 'prepareRoot'>
  log: Pick<Log, 'warn'>
}

/**
 * Makes the storage roots fit for use, and keeps in the database which ones carry the marker. A root that is known but
 * cannot be used now is only warned of: work fails and is tried again until it can, and a gateway without it is still
 * of use. Rejects, naming the root, where it must not be used.
 */
export async function markStorageRoots(
  address: DatabaseAddress,
  { snapshotsDir, backupsDir, driver, log }: StorageRoots,
): Promise<void> {
  await withStorageRoots(address, async (roots) => {
    for (const [kind, path] of [
      ['snapshots', snapshotsDir],
      ['backups', backupsDir],
    ] as const) {
      const known = await roots.isMarked(kind, path)
      const warning = await driver.prepareRoot(kind, known).catch((error: unknown) => {
        if (!(error instanceof StorageError)) throw error
        if (known && error.retryable) return error.message
        throw new Error(`${path} cannot hold ${kind}: ${error.message}`, { cause: error })
      })
      if (warning !== null) log.warn({ kind, path }, warning)
      // The file first, then the row: a crash between the two is completed by the next start.
      if (!known) await roots.record(kind, path)
    }
  })
}
