import { readFile, stat } from 'node:fs/promises'
import { type BackUpSnapshot, StorageError, type StoredCopy, type Work } from '../driver.ts'
import { discard, publish, syncNames, writeText } from './durable.ts'
import { assertFreeSpace, watchFreeSpace } from './free-space.ts'
import { pathsOf, temporaryOf } from './layout.ts'
import { deleteTemporaries } from './list-files.ts'
import { createProgress } from './progress.ts'
import { assertMounted } from './root-marker.ts'
import { damaged, ignoring } from './storage-errors.ts'
import type { VfsConfig } from './vfs-config.ts'
import { readArchive, readBack, writeCopy } from './write-copy.ts'

/** Copies an archive to the backup target, and publishes the copy only after it was read back and found the same. */
export async function backUpSnapshot(
  config: VfsConfig,
  job: BackUpSnapshot,
  work: Work,
): Promise<StoredCopy> {
  await assertMounted(config, 'snapshots')
  await assertMounted(config, 'backups')
  const { folder, archive, manifest } = pathsOf(config, 'backups', job.volumeUuid, job.backupUuid)
  await deleteTemporaries(folder, job.backupUuid)
  const published = await readBack(archive, () => {}, work.signal)
  const temporary = temporaryOf(archive, job.leaseToken)
  const manifestTemporary = temporaryOf(manifest, job.leaseToken)
  try {
    const copy = published === null ? await copyVerified(config, job, temporary, work) : accept(published)
    await writeText(manifestTemporary, `${JSON.stringify(describe(job, copy), null, 2)}\n`)
    // Both are written before: whoever removes the copy, or makes it anew, deletes what is not published by then.
    await work.confirm(copy)
    work.signal.throwIfAborted()
    if (published === null && !(await publish(temporary, archive)))
      accept(await readBack(archive, () => {}, work.signal))
    if (!(await publish(manifestTemporary, manifest))) await assertDescribes(manifest, copy)
    await syncNames(archive) // an earlier attempt may have crashed right after publishing
    return copy
  } catch (error) {
    await discard(temporary, manifestTemporary)
    throw error
  }

  /** A copy that is there was verified before it was published; what is not the same now is left to be looked at. */
  function accept(found: StoredCopy | null): StoredCopy {
    if (found?.checksum === job.checksum) return found
    throw damagedBackup('the copy')
  }
}

/** A manifest that is there is an earlier attempt's, perhaps with a former name of the volume in it. */
async function assertDescribes(manifest: string, { checksum }: StoredCopy): Promise<void> {
  const text = await readFile(manifest, 'utf8')
  try {
    if (JSON.parse(text).checksum === checksum) return
  } catch {} // it is none
  throw damagedBackup('the manifest')
}

function damagedBackup(what: string): StorageError {
  const message = `${what} on the backup target is damaged; another copy is made`
  return new StorageError('DAMAGED_BACKUP', message, { retryable: true })
}

async function copyVerified(
  config: VfsConfig,
  job: BackUpSnapshot,
  temporary: string,
  { signal, onProgress }: Work,
): Promise<StoredCopy> {
  const source = pathsOf(config, 'snapshots', job.volumeUuid, job.snapshotUuid).archive
  const stats = await stat(source).catch(ignoring('ENOENT'))
  if (stats === null) throw damaged('its file is gone')
  await assertFreeSpace(config.backupsDir, config.minFreeBytes, stats.size)

  const progress = createProgress(onProgress)
  let passed = 0
  const count = (bytes: number) => {
    passed += bytes
    progress(Math.min(99, (50 * passed) / stats.size)) // copying is one half, reading back the other
  }
  const space = watchFreeSpace(config.backupsDir, config.minFreeBytes)
  const tap = (bytes: number) => {
    count(bytes)
    return space(bytes)
  }
  const written = await writeCopy(temporary, readArchive(source), { tap, signal })
  if (written.checksum !== job.checksum) throw damaged()
  // Opened anew and read from the start. Node cannot go round the page cache, so a disk that lies about what it has
  // synced is not found out; a copy that was cut short or changed on its way is.
  const copy = await readBack(temporary, count, signal)
  if (copy?.checksum !== job.checksum)
    throw new StorageError('FAILED', 'the copy was not what was written; it is made again', {
      retryable: true,
    })
  return copy
}

/** Tells what a copy is, to people and programs without the gateway. */
function describe(
  { manifest, snapshotUuid, volumeUuid }: BackUpSnapshot,
  { sizeBytes, checksum }: StoredCopy,
) {
  return {
    version: 1,
    snapshot: { id: manifest.snapshotId, uuid: snapshotUuid, created: manifest.created },
    volume: { uuid: volumeUuid, name: manifest.volumeName },
    sizeBytes: sizeBytes.toString(),
    checksum,
  }
}
