import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { StorageUris } from '../uris.ts'
import type { VfsConfig } from './vfs-config.ts'

/** Computes where volumes and backups are, as file:// URIs. Looks at no disk. */
export function createUris({
  volumesDir,
  backupsDir,
}: Pick<VfsConfig, 'volumesDir' | 'backupsDir'>): StorageUris {
  return {
    volumeUri: ({ accountRoot, path }) => pathToFileURL(join(volumesDir, accountRoot, path)).href,
    backupUri: (key) => pathToFileURL(join(backupsDir, key)).href,
  }
}
