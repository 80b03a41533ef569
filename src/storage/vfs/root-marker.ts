import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StorageError, type StorageRoot } from '../driver.ts'
import { deleteFileIfThere, publishText, syncFolder } from './durable.ts'
import { marker, rootDirectory } from './layout.ts'
import { ignoring } from './storage-errors.ts'
import type { VfsConfig } from './vfs-config.ts'

/** Which installation a root belongs to, or null; a root that is missing is nobody's. */
export async function readMarker(directory: string): Promise<string | null> {
  const text = await readFile(join(directory, marker), 'utf8').catch(ignoring('ENOENT', 'ENOTDIR'))
  return text?.trim() ?? null
}

/** Makes a root where it is missing, in a folder that is there, and puts the marker there, durably. */
export async function markRoot(directory: string, installation: string): Promise<void> {
  await mkdir(directory, { mode: 0o700 }).catch(ignoring('EEXIST'))
  const path = join(directory, marker)
  const temporary = `${path}.tmp`
  await deleteFileIfThere(temporary)
  await publishText(temporary, path, `${installation}\n`)
  await syncFolder(dirname(directory))
}

/** Throws NOT_MOUNTED where a root lacks the installation's marker: an unmounted disk must not look empty. */
export async function assertMounted(config: VfsConfig, root: StorageRoot): Promise<void> {
  const found = await readMarker(rootDirectory(config, root))
  if (found === config.installation) return
  const reason = found === null ? 'its marker is missing' : 'it belongs to another installation'
  throw new StorageError('NOT_MOUNTED', `storage not mounted: ${root}, ${reason}`, { retryable: true })
}
