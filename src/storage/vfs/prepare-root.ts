import { link, mkdir, readdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StorageError, type StorageRoot } from '../driver.ts'
import { deleteFileIfThere } from './durable.ts'
import { marker, rootDirectory } from './layout.ts'
import { markRoot, readMarker } from './root-marker.ts'
import { ignoring, systemCode } from './storage-errors.ts'
import type { VfsConfig } from './vfs-config.ts'

/**
 * Makes a root fit for use. One that was never marked gets the marker if it is empty, so that from then on an unmounted
 * disk does not look like an empty one. Throws, not retryably, where it is another's or cannot publish files.
 */
export async function prepareRoot(
  config: VfsConfig,
  root: StorageRoot,
  known: boolean,
): Promise<string | null> {
  const directory = rootDirectory(config, root)
  const names = await readdir(directory).catch((error: unknown) => {
    if (systemCode(error) === 'ENOTDIR') throw unfit('it is no directory')
    return ignoring('ENOENT')(error) ?? []
  })
  const installation = await readMarker(directory)
  if (installation !== null && installation !== config.installation)
    throw unfit(`it belongs to another installation (${installation})`)
  if (installation === null) {
    if (known) return 'storage not mounted: the marker that was put there is missing'
    if (names.some((name) => name !== 'lost+found' && !name.startsWith(marker)))
      throw unfit('there are other files in it: give it an empty folder')
    if (root === 'snapshots') await mkdir(config.dataDir).catch(ignoring('EEXIST', 'ENOENT'))
    // No more is made: a path below a disk that is not mounted would be one on the disk that it is mounted on.
    if ((await stat(dirname(directory)).catch(ignoring('ENOENT'))) === null)
      throw unfit('the folder above it does not exist: create it, or mount its disk')
    await markRoot(directory, config.installation).catch((error: unknown) => {
      throw unfit(`nothing can be written and linked there (${systemCode(error)})`)
    })
  }
  await deleteLeftovers(directory, names)
  const code = await publishingFails(directory)
  return code === null ? null : `storage not writable (${code})`
}

/** Deletes what a start that crashed here has left. Others that start now wait: they mark roots one at a time. */
async function deleteLeftovers(directory: string, names: readonly string[]): Promise<void> {
  for (const name of names)
    if (name.startsWith(marker) && name !== marker)
      await deleteFileIfThere(join(directory, name)).catch(ignoring('EROFS', 'EACCES', 'EPERM'))
}

/** Why no file can be published there now, by link(), which FAT and some network file systems do not have; or null. */
async function publishingFails(directory: string): Promise<string | null> {
  const from = join(directory, `${marker}-${crypto.randomUUID()}.tmp`)
  const to = `${from}.link`
  try {
    await writeFile(from, '', { flag: 'wx', mode: 0o600 })
    await link(from, to)
    return null
  } catch (error) {
    // What is full or read-only now may be so no more when it is needed, and removals need no room.
    const code = systemCode(error) ?? 'unknown'
    if (['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES'].includes(code)) return code
    throw unfit(`files cannot be linked there (${code})`)
  } finally {
    for (const path of [from, to]) await deleteFileIfThere(path).catch(ignoring('EROFS', 'EACCES'))
  }
}

function unfit(reason: string): StorageError {
  return new StorageError('FAILED', reason, { retryable: false })
}
