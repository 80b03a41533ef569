import { setTimeout as pause } from 'node:timers/promises'
import type { Log } from '../../log.ts'
import { StorageError, type StoredCopy, type TakeSnapshot, type Work } from '../driver.ts'
import { discard, publish, syncNames } from './durable.ts'
import { assertFreeSpace, watchFreeSpace } from './free-space.ts'
import { gzip } from './gzip.ts'
import { pathsOf, temporaryOf } from './layout.ts'
import { deleteTemporaries } from './list-files.ts'
import { type OpenVolume, openVolume } from './open-volume.ts'
import { createProgress, packedSize } from './progress.ts'
import { assertMounted } from './root-marker.ts'
import { damaged } from './storage-errors.ts'
import { startTar } from './tar.ts'
import type { TarFlavor } from './tar-report.ts'
import type { VfsConfig } from './vfs-config.ts'
import { readBack, tapStage, writeCopy } from './write-copy.ts'

/** Archives a volume's directory. The order of its steps is what makes crashes and late attempts harmless. */
export async function takeSnapshot(
  config: VfsConfig,
  { log, tar }: { log: Log; tar: TarFlavor },
  job: TakeSnapshot,
  work: Work,
): Promise<StoredCopy> {
  await assertMounted(config, 'snapshots')
  const { folder, archive } = pathsOf(config, 'snapshots', job.volumeUuid, job.snapshotUuid)
  // First the temporary files of earlier attempts, then the look for what they published: the other way round,
  // one that is late could still publish in between.
  await deleteTemporaries(folder, job.snapshotUuid)
  const published = await readBack(archive, () => {}, work.signal)
  if (published !== null) return accept(archive, published, job.confirmedChecksum)

  const temporary = temporaryOf(archive, job.leaseToken)
  const volume = await openVolume(config, job.volume)
  try {
    await assertFreeSpace(config.snapshotsDir, config.minFreeBytes)
    const copy = await pack(config, { log, tar }, volume, temporary, work)
    await volume.assertInPlace()
    await work.confirm(copy)
    work.signal.throwIfAborted()
    if (await publish(temporary, archive)) return copy
    return await accept(archive, await readBack(archive, () => {}, work.signal), copy.checksum)
  } catch (error) {
    await discard(temporary)
    throw error
  } finally {
    await volume.close()
  }
}

/** An archive that is there was published whole by an earlier attempt, if it is what that attempt recorded. */
async function accept(
  archive: string,
  published: StoredCopy | null,
  checksum: string | null,
): Promise<StoredCopy> {
  if (published === null || published.checksum !== checksum) throw damaged()
  await syncNames(archive) // that attempt may have crashed right after publishing
  return published
}

/** Seconds after which it is worth counting the volume, to tell percents. */
const patience = 2
/** Milliseconds to wait for being stopped where tar was. */
const stopPatience = 1000

async function pack(
  config: VfsConfig,
  { log, tar: flavor }: { log: Log; tar: TarFlavor },
  { path: directory }: OpenVolume,
  temporary: string,
  { signal, onProgress }: Work,
): Promise<StoredCopy> {
  const tar = startTar(flavor, directory)
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
    const copy = await writeCopy(temporary, tar.stdout, {
      through: [counter, gzip],
      tap: space,
      signal,
    })
    const warnings = await tar.ended
    if (warnings.length > 0) log.warn({ warnings: warnings.slice(0, 20) }, 'tar reported warnings')
    if (packed === 0) throw new StorageError('FAILED', 'tar wrote nothing', { retryable: true })
    return copy
  } catch (error) {
    // Whoever ends all processes of a service ends its tars too, and stops this attempt in a moment.
    if (tar.wasEnded()) await pause(stopPatience, undefined, { signal }).catch(() => {})
    throw error
  } finally {
    tar.kill()
    clearTimeout(count)
    counting.abort()
    await tar.ended.catch(() => {})
  }
}
