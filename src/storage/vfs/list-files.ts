import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { StorageRoot, StoredFile } from '../driver.ts'
import { deleteFileIfThere, deleteFolderIfEmpty } from './durable.ts'
import { marker, otherFile, parseFileName, rootDirectory } from './layout.ts'
import { assertMounted } from './root-marker.ts'
import { ignoring } from './storage-errors.ts'
import type { VfsConfig } from './vfs-config.ts'

/** The folders in a root; by rights, one for each volume. */
export async function listFolders(config: VfsConfig, root: StorageRoot): Promise<string[]> {
  await assertMounted(config, root)
  const entries = await readdir(rootDirectory(config, root), { withFileTypes: true })
  return entries.flatMap((entry) => (entry.isDirectory() && entry.name !== 'lost+found' ? [entry.name] : []))
}

/** The files in a folder of a root; with '' those that are in none, where only the marker should be. */
export async function listFiles(config: VfsConfig, root: StorageRoot, folder: string): Promise<StoredFile[]> {
  await assertMounted(config, root)
  const directory = join(rootDirectory(config, root), folder)
  const files: StoredFile[] = []
  for (const name of (await readdir(directory).catch(ignoring('ENOENT'))) ?? []) {
    const stats = await lstat(join(directory, name)).catch(ignoring('ENOENT'))
    if (!stats || (folder === '' && (stats.isDirectory() || name.startsWith(marker)))) continue
    const file = stats.isFile() ? parseFileName(name) : otherFile(name)
    files.push({ ...file, idleSeconds: (Date.now() - stats.mtimeMs) / 1000 })
  }
  return files
}

/** Deletes one file that was listed, and the folder with its last file. */
export async function deleteFile(
  config: VfsConfig,
  root: StorageRoot,
  folder: string,
  name: string,
): Promise<void> {
  await assertMounted(config, root)
  if (`${folder}${name}`.includes('/') || parseFileName(name).kind === 'other')
    throw new Error('only files that the gateway wrote are deleted')
  const directory = join(rootDirectory(config, root), folder)
  await deleteFileIfThere(join(directory, name))
  await deleteFolderIfEmpty(directory)
}

/** Deletes what earlier attempts were writing: a late driver then fails to publish. */
export async function deleteTemporaries(folder: string, uuid: string): Promise<void> {
  for (const name of (await readdir(folder).catch(ignoring('ENOENT'))) ?? []) {
    const file = parseFileName(name)
    if (file.uuid === uuid && file.kind === 'temporary') await deleteFileIfThere(join(folder, name))
  }
}
