import type { Log } from '../../log.ts'
import { aborted, type StorageDriver } from '../driver.ts'
import { backUpSnapshot } from './back-up-snapshot.ts'
import { deleteBackup, deleteSnapshot } from './delete-copies.ts'
import { deleteFile, listFiles, listFolders } from './list-files.ts'
import { prepareRoot } from './prepare-root.ts'
import { asStorageError } from './storage-errors.ts'
import { takeSnapshot } from './take-snapshot.ts'
import { findTar } from './tar.ts'
import type { TarFlavor } from './tar-report.ts'
import type { VfsConfig } from './vfs-config.ts'
import { checkVolume, makeVolume } from './volume-directory.ts'

/**
 * The driver for volumes that are directories: a snapshot is a compressed tar of one, a backup a verified copy of
 * that. Everything it throws is a StorageError.
 */
export function createVfs(config: VfsConfig, log: Log): StorageDriver {
  const translated = <R>(call: Promise<R>, signal?: AbortSignal): Promise<R> =>
    call.catch((error: unknown) => {
      const told = signal?.aborted ? aborted() : asStorageError(error)
      // What the row may not tell, the log does.
      if (told !== error && told.code !== 'ABORTED') log.warn({ err: error }, 'a storage call failed')
      throw told
    })
  // Looked for once: a machine keeps its tar.
  let tar: TarFlavor | undefined
  const take: StorageDriver['takeSnapshot'] = async (job, work) => {
    tar ??= await findTar()
    return takeSnapshot(config, { log, tar }, job, work)
  }
  return {
    checkVolume: (volume) => translated(checkVolume(config, volume)),
    makeVolume: (volume) => translated(makeVolume(config, volume)),
    takeSnapshot: (job, work) => translated(take(job, work), work.signal),
    deleteSnapshot: (job) => translated(deleteSnapshot(config, job)),
    backUpSnapshot: (job, work) => translated(backUpSnapshot(config, job, work), work.signal),
    deleteBackup: (job) => translated(deleteBackup(config, job)),
    prepareRoot: (root, known) => translated(prepareRoot(config, root, known)),
    listFolders: (root) => translated(listFolders(config, root)),
    listFiles: (root, folder) => translated(listFiles(config, root, folder)),
    deleteFile: (root, folder, name) => translated(deleteFile(config, root, folder, name)),
  }
}
