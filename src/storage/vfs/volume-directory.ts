import { constants } from 'node:fs'
import { access, lstat, mkdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StorageError, type VolumeLocation } from '../driver.ts'
import { pathsOverlap, volumePathProblem } from '../volume-path.ts'
import { systemCode } from './storage-errors.ts'
import type { VfsConfig } from './vfs-config.ts'

interface Place {
  /** The directory, where it is or would be. */
  directory: string
  exists: boolean
}

/** Finds a volume's directory, one component after the other; a message where it cannot be one. */
async function locate(config: VfsConfig, { accountRoot, path }: VolumeLocation): Promise<Place | string> {
  const problem = volumePathProblem(path)
  if (problem !== null) return `path ${problem}`
  const root = await realpath(config.volumesDir).catch(() => null)
  if (root === null) return 'the folder for volumes does not exist'
  const components = [...accountRoot.split('/'), ...path.split('/')].filter((name) => name !== '')
  const place = { directory: join(root, ...components), exists: true }
  const taken = await isReserved(config, place.directory)
  if (taken) return 'path is not within the places for volumes'
  let at = root
  for (const [index, name] of components.entries()) {
    const shown = components.slice(0, index + 1).join('/')
    const parent = at
    at = join(at, name)
    try {
      const stats = await lstat(at)
      if (stats.isSymbolicLink()) return `path leads through a symbolic link (${shown})`
      if (!stats.isDirectory()) return `path leads to a file, not a directory (${shown})`
    } catch (error) {
      switch (systemCode(error)) {
        case 'ENOENT':
          return (await may(parent, constants.W_OK))
            ? { ...place, exists: false }
            : `the gateway may not make this directory (${shown})`
        case 'ENAMETOOLONG':
          return 'path is too long'
        case 'EACCES':
          return `the gateway may not enter this directory (${shown})`
        default:
          throw error
      }
    }
  }
  return (await may(at, constants.R_OK | constants.X_OK)) ? place : 'the gateway may not read this directory'
}

async function may(directory: string, mode: number): Promise<boolean> {
  return access(directory, mode).then(
    () => true,
    () => false,
  )
}

/** Whether a volume there would hold, or be inside, what the gateway keeps. */
async function isReserved(config: VfsConfig, directory: string): Promise<boolean> {
  const { dataDir, snapshotsDir, backupsDir } = config
  for (const kept of [join(dataDir, 'postgres'), snapshotsDir, backupsDir])
    if (pathsOverlap(await realPathOf(kept), directory)) return true
  return `${await realPathOf(dataDir)}/`.startsWith(`${directory}/`)
}

/** The real path of what may not exist yet. */
async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch {
    const parent = dirname(path)
    return parent === path ? path : join(await realPathOf(parent), path.slice(parent.length))
  }
}

/** Why a directory cannot be a volume, or null. */
export async function checkVolume(config: VfsConfig, volume: VolumeLocation): Promise<string | null> {
  const place = await locate(config, volume)
  return typeof place === 'string' ? place : null
}

/** Adopts a volume's directory, or makes it where it is missing. */
export async function makeVolume(config: VfsConfig, volume: VolumeLocation): Promise<void> {
  const place = await locate(config, volume)
  if (typeof place === 'string') throw new StorageError('VOLUME_UNAVAILABLE', place, { retryable: false })
  if (place.exists) return
  await mkdir(place.directory, { recursive: true, mode: 0o755 })
  await findVolume(config, volume) // a link that was put there in between is found
}

/** The directory of a volume that must be there. Throws VOLUME_UNAVAILABLE. */
export async function findVolume(config: VfsConfig, volume: VolumeLocation): Promise<string> {
  const place = await locate(config, volume)
  const reason =
    typeof place === 'string' ? place : place.exists ? null : `its directory ${volume.path} is gone`
  if (reason !== null)
    throw new StorageError('VOLUME_UNAVAILABLE', `the volume cannot be read: ${reason}`, { retryable: false })
  return (place as Place).directory
}
