import { stat } from 'node:fs/promises'
import { createGzip } from 'node:zlib'
import { StorageError, type StoredCopy, type TakeSnapshot, type Work } from '../driver.ts'
import type { Log } from '../log.ts'
import { deleteFileIfThere, deleteFolderIfEmpty, publish } from './durable.ts'
import { assertFreeSpace, watchFreeSpace } from './free-space.ts'
import { pathsOf, temporaryOf } from './layout.ts'
import { deleteTemporaries } from './list-files.ts'
import { createProgress, packedSize } from './progress.ts'
import { assertMounted } from './root-marker.ts'
import { damaged } from './storage-errors.ts'
import { findTar, startTar } from './tar.ts'
import type { VfsConfig } from './vfs-config.ts'
import { findVolume } from './volume-directory.ts'
import { readBack, tapStage, writeCopy } from './write-copy.ts'

/** Archives a volume's directory. The order of its steps is what makes crashes and late attempts harmless. */
export async function takeSnapshot(
  config: VfsConfig,
  log: Log,
  job: TakeSnapshot,
  work: Work,
): Promise<StoredCopy> {
  await assertMounted(config, 'snapshots')
  const { folder, archive } = pathsOf(config, 'snapshots', job.volumeUuid, job.snapshotUuid)
  // First the temporary files of earlier attempts, then the look for what they published: the other way round,
  // one that is late could still publish in between.
  await deleteTemporaries(folder, job.snapshotUuid)
  const published = await readBack(archive, () => {}, work.signal)
  if (published !== null) return accept(published, job.confirmedChecksum)

  const directory = await findVolume(config, job.volume)
  await assertFreeSpace(config.snapshotsDir, config.minFreeBytes)
  const temporary = temporaryOf(archive, job.leaseToken)
  try {
    const copy = await pack(config, log, directory, temporary, work)
    await work.confirm(copy)
    work.signal.throwIfAborted()
    if (await publish(temporary, archive)) return copy
    return accept(await readBack(archive, () => {}, work.signal), copy.checksum)
  } catch (error) {
    await deleteFileIfThere(temporary)
    await deleteFolderIfEmpty(folder)
    throw error
  }
}

/** An archive that is there was published whole by an earlier attempt, if it is what that attempt recorded. */
function accept(published: StoredCopy | null, checksum: string | null): StoredCopy {
  if (published === null || published.checksum !== checksum) throw damaged()
  return published
}

/** Seconds after which it is worth counting the volume, to tell percents. */
const patience = 2

async function pack(
  config: VfsConfig,
  log: Log,
  directory: string,
  temporary: string,
  { signal, onProgress }: Work,
): Promise<StoredCopy> {
  const before = await stat(directory)
  const tar = startTar(await findTar(), directory)
  const progress = createProgress(onProgress)
  const counting = new AbortController()
  let packed = 0
  let total = Number.POSITIVE_INFINITY
  const count = setTimeout(() => {
    packedSize(directory, counting.signal).then(
      (size) => {
        total = size
      },
      () => {}, // no percents, then
    )
  }, patience * 1000)
  const counter = tapStage((bytes) => {
    packed += bytes
    progress(Math.min(99, (100 * packed) / total))
  })
  const space = watchFreeSpace(config.snapshotsDir, config.minFreeBytes)
  try {
    const gzip = createGzip({ level: 6, chunkSize: 2 ** 18 })
    const copy = await writeCopy(temporary, tar.stdout, {
      through: [counter, gzip],
      tap: space,
      signal,
    })
    const warnings = await tar.ended
    if (warnings.length > 0) log.warn({ warnings: warnings.slice(0, 20) }, 'tar had something to say')
    if (packed === 0) throw new StorageError('FAILED', 'tar wrote nothing', { retryable: true })
    await assertSameDirectory(directory, before.ino)
    return copy
  } finally {
    tar.kill()
    clearTimeout(count)
    counting.abort()
    await tar.ended.catch(() => {})
  }
}

/** A directory that was deleted while it was read leaves a whole archive of nothing. */
async function assertSameDirectory(directory: string, inode: number): Promise<void> {
  const now = await stat(directory).catch(() => null)
  if (now?.ino !== inode)
    throw new StorageError('VOLUME_UNAVAILABLE', 'the directory of the volume went away while it was read', {
      retryable: false,
    })
}
