import type { Sql } from 'postgres'
import { withStorageRoots } from '../database/storage-roots.ts'
import { assertLinksWork } from '../storage/vfs/assert-links-work.ts'
import { inspectRoot, markRoot } from '../storage/vfs/root-marker.ts'

export interface StorageRoots {
  snapshotsDir: string
  backupsDir: string
  /** The uuid that the markers carry. */
  installation: string
  log: { warn(fields: object, message: string): void }
}

/**
 * Gives the roots that this installation sees for the first time its marker, so that from then on an unmounted disk
 * does not look like an empty one. Rejects where a root is another installation's, holds files of others, or
 * cannot publish files by link().
 */
export async function markStorageRoots(
  client: Sql,
  { snapshotsDir, backupsDir, installation, log }: StorageRoots,
): Promise<void> {
  await withStorageRoots(client, async (roots) => {
    for (const [kind, path] of [
      ['snapshots', snapshotsDir],
      ['backups', backupsDir],
    ] as const) {
      const found = await inspectRoot(path)
      if (found.installation !== null && found.installation !== installation)
        throw new Error(`${path} holds the ${kind} of another installation (${found.installation})`)
      if (found.installation === null && (await roots.isMarked(kind, path))) {
        // Work fails and is tried again until it is there; a gateway without it is still of use.
        log.warn({ kind, path }, 'storage not mounted: the marker that was put there is missing')
        continue
      }
      if (found.installation === null && !found.empty)
        throw new Error(
          `${path} is to hold ${kind}, but there are other files in it: give it an empty folder`,
        )
      // The file first, then the row: a crash between the two is completed by the next start.
      if (found.installation === null) await markRoot(path, installation)
      await roots.record(kind, path)
      await assertLinksWork(path)
    }
  })
}
