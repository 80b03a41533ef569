import { constants } from 'node:fs'
import { type FileHandle, lstat, open, readlink, realpath } from 'node:fs/promises'
import { StorageError, type VolumeLocation } from '../driver.ts'
import { ignoring } from './storage-errors.ts'
import type { VfsConfig } from './vfs-config.ts'
import { assertVolumesMounted, locateVolume } from './volume-directory.ts'

/** A volume's directory, held open: whatever takes its place later is not it. */
export interface OpenVolume {
  /** Leads to the directory itself, where the system has such paths, whatever its own path leads to by now. */
  path: string
  /** Throws VOLUME_UNAVAILABLE where another directory, or none, has taken its place. */
  assertInPlace(): Promise<void>
  close(): Promise<void>
}

/** Opens the directory of a volume that must be there. Throws VOLUME_UNAVAILABLE, or NOT_MOUNTED. */
export async function openVolume(config: VfsConfig, volume: VolumeLocation): Promise<OpenVolume> {
  const place = await locateVolume(config, volume)
  if (typeof place === 'string') throw unavailable(`cannot be read: ${place}`)
  await assertVolumesMounted(place, volume.path)
  if (place.missing.length > 0) throw unavailable(`cannot be read: its directory ${volume.path} is gone`)
  const { directory } = place
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW
  const handle = await open(directory, flags).catch(ignoring('ENOENT', 'ENOTDIR', 'ELOOP'))
  if (handle === null) throw unavailable('went away')
  return {
    path: await pathTo(handle, directory).catch(async (error: unknown) => {
      await handle.close()
      throw error
    }),
    assertInPlace: async () => {
      const now = await lstat(directory).catch(ignoring('ENOENT', 'ENOTDIR'))
      if (now === null || !(await isSame(handle, now))) throw unavailable('went away while it was read')
    },
    close: () => handle.close(),
  }
}

/** The path of what was opened, by /proc where there is one. Throws where it is not what is at `directory`. */
async function pathTo({ fd }: FileHandle, directory: string): Promise<string> {
  const held = `/proc/self/fd/${fd}`
  const isHeld = await sees(held)
  // The kernel knows where it is that was opened: a parent may have become a link since it was looked at.
  const found = await (isHeld ? readlink(held) : realpath(directory).catch(ignoring('ENOENT')))
  if (found !== directory) throw unavailable('went away')
  return isHeld ? held : directory
}

/** Whether this system has /proc. */
async function sees(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}

async function isSame(handle: FileHandle, { dev, ino }: { dev: number; ino: number }): Promise<boolean> {
  const held = await handle.stat()
  return held.dev === dev && held.ino === ino
}

function unavailable(what: string): StorageError {
  return new StorageError('VOLUME_UNAVAILABLE', `the volume ${what}`, { retryable: false })
}
