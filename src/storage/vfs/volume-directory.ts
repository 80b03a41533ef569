import { constants } from 'node:fs'
import { access, lstat, mkdir, readdir, realpath, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { isWithin, pathsOverlap } from '../../paths.ts'
import { StorageError, type VolumeLocation } from '../driver.ts'
import { outsideOfRoot, volumePathProblem } from '../volume-path.ts'
import { syncFolder } from './durable.ts'
import { ignoring, systemCode } from './storage-errors.ts'
import type { VfsConfig } from './vfs-config.ts'

interface Place {
  /** The folder for volumes. */
  root: string
  /** The directory, where it is or would be. */
  directory: string
  /** Those of its parents and itself that are not there, the outermost first. */
  missing: string[]
}

/**
 * Finds a volume's directory, one component after the other; a message where it cannot be one. Throws NOT_MOUNTED where
 * there is no folder for volumes at all.
 */
export async function locateVolume(
  config: VfsConfig,
  { accountRoot, path }: VolumeLocation,
): Promise<Place | string> {
  const problem = volumePathProblem(path)
  if (problem !== null) return `path ${problem}`
  const root = await realpath(config.volumesDir).catch(ignoring('ENOENT', 'ENOTDIR'))
  if (root === null) throw notMounted('VOLUMES_DIR does not exist')
  if (!(await stat(root)).isDirectory()) throw notMounted('VOLUMES_DIR is no directory')
  const outside = accountRoot !== '' && volumePathProblem(accountRoot) !== null
  const components = [...accountRoot.split('/'), ...path.split('/')].filter((name) => name !== '')
  const paths = components.map((_, index) => join(root, ...components.slice(0, index + 1)))
  const directory = join(root, ...components)
  if (outside) return outsideOfRoot
  if (await isReserved(config, directory)) return "path holds, or is inside, the gateway's own data"
  for (const [index, at] of paths.entries()) {
    const shown = relative(root, at)
    try {
      const stats = await lstat(at)
      if (stats.isSymbolicLink()) return `path leads through a symbolic link (${shown})`
      if (!stats.isDirectory()) return `path leads to a file, not a directory (${shown})`
    } catch (error) {
      switch (systemCode(error)) {
        case 'ENOENT':
          return { root, directory, missing: paths.slice(index) }
        case 'ENAMETOOLONG':
          return tooLong
        case 'EACCES':
          return `the gateway may not enter this directory (${shown})`
        default:
          throw error
      }
    }
  }
  return (await may(directory, constants.R_OK | constants.X_OK))
    ? { root, directory, missing: [] }
    : 'the gateway may not read this directory'
}

function notMounted(reason: string): StorageError {
  return new StorageError('NOT_MOUNTED', `storage not mounted: volumes, ${reason}`, { retryable: true })
}

/**
 * Throws NOT_MOUNTED where the directories that are missing may be on a disk that is not mounted: with them all else
 * is gone from where they were.
 */
export async function assertVolumesMounted({ missing: [first] }: Place, path: string): Promise<void> {
  if (first === undefined) return
  const beside = await readdir(dirname(first)).catch(ignoring('ENOENT', 'EACCES'))
  if (beside?.every((name) => name === 'lost+found'))
    throw notMounted(`the directory ${path} is gone, and nothing else is where it was`)
}

const tooLong = 'path is too long'

async function may(directory: string, mode: number): Promise<boolean> {
  return access(directory, mode).then(
    () => true,
    // ENOENT, ENOTDIR: it went away since it was looked at.
    (error: unknown) => ignoring('EACCES', 'EPERM', 'EROFS', 'ENOENT', 'ENOTDIR')(error) ?? false,
  )
}

/** Whether a volume there would hold, or be inside, what the gateway keeps. */
async function isReserved(config: VfsConfig, directory: string): Promise<boolean> {
  const { dataDir, snapshotsDir, backupsDir } = config
  for (const kept of [join(dataDir, 'postgres'), snapshotsDir, backupsDir])
    if (pathsOverlap(await realPathOf(kept), directory)) return true
  return isWithin(await realPathOf(dataDir), directory)
}

/** The real path of what may not exist yet. */
async function realPathOf(path: string): Promise<string> {
  const real = await realpath(path).catch(ignoring('ENOENT', 'ENOTDIR'))
  const parent = dirname(path)
  return real ?? join(await realPathOf(parent), path.slice(parent.length))
}

/** Why a directory cannot be a volume, or null. */
export async function checkVolume(config: VfsConfig, volume: VolumeLocation): Promise<string | null> {
  const place = await locateVolume(config, volume)
  return typeof place === 'string' ? place : whyNotMakeable(place)
}

async function whyNotMakeable({ root, missing: [first] }: Place): Promise<string | null> {
  if (first === undefined || (await may(dirname(first), constants.W_OK))) return null
  return `the gateway may not make this directory (${relative(root, first)})`
}

/** Adopts a volume's directory, or makes it where it is missing; why it cannot be one, or null. */
export async function makeVolume(config: VfsConfig, volume: VolumeLocation): Promise<string | null> {
  const place = await locateVolume(config, volume)
  if (typeof place === 'string') return place
  const unmakeable = await whyNotMakeable(place)
  if (unmakeable !== null) return unmakeable
  for (const directory of place.missing) {
    try {
      await mkdir(directory, { mode: 0o755 })
    } catch (error) {
      if (systemCode(error) === 'ENAMETOOLONG') return tooLong
      if (systemCode(error) !== 'EEXIST') throw error
    }
    await syncFolder(dirname(directory))
  }
  return checkVolume(config, volume) // a link that was put there in between is found
}
