import type { BackupKey, SnapshotKey } from '../driver.ts'
import { deleteFileIfThere, deleteFolderIfEmpty } from './durable.ts'
import { pathsOf } from './layout.ts'
import { deleteTemporaries } from './list-files.ts'
import { assertMounted } from './root-marker.ts'
import type { VfsConfig } from './vfs-config.ts'

/** Deletes a snapshot's archive, and before it whatever a late attempt could still publish. */
export async function deleteSnapshot(config: VfsConfig, job: SnapshotKey): Promise<void> {
  await assertMounted(config, 'snapshots')
  const { folder, archive } = pathsOf(config, 'snapshots', job.volumeUuid, job.snapshotUuid)
  await deleteTemporaries(folder, job.snapshotUuid)
  await deleteFileIfThere(archive)
  await deleteFolderIfEmpty(folder)
}

/** Deletes a backup's copy; its manifest goes first, so that none speaks of a copy that is gone. */
export async function deleteBackup(config: VfsConfig, job: BackupKey): Promise<void> {
  await assertMounted(config, 'backups')
  const { folder, archive, manifest } = pathsOf(config, 'backups', job.volumeUuid, job.backupUuid)
  await deleteTemporaries(folder, job.backupUuid)
  await deleteFileIfThere(manifest)
  await deleteFileIfThere(archive)
  await deleteFolderIfEmpty(folder)
}
