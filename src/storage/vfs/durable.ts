import { type FileHandle, link, mkdir, open, rmdir, unlink, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StorageError } from '../driver.ts'
import { ignoring, systemCode } from './storage-errors.ts'

/** Makes what was done to a folder's names survive a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** The same for a file's own name, and that of its folder. */
export async function syncNames(path: string): Promise<void> {
  await syncFolder(dirname(path))
  await syncFolder(dirname(dirname(path)))
}

/**
 * Opens a new file in a volume's folder, which is made where it is missing. A root that is missing is never made:
 * it is a disk that is not mounted.
 */
export async function openTemporary(path: string): Promise<FileHandle> {
  const folder = dirname(path)
  // A removal may delete the empty folder in between, hence several tries.
  for (let tries = 5; ; tries -= 1) {
    const made = await mkdir(folder)
      .then(() => true)
      .catch((error: unknown) => {
        if (systemCode(error) === 'EEXIST') return false
        if (systemCode(error) === 'ENOENT')
          throw new StorageError('NOT_MOUNTED', 'storage not mounted', { retryable: true, cause: error })
        throw error
      })
    try {
      if (made) await syncFolder(dirname(folder))
      return await open(path, 'wx', 0o600)
    } catch (error) {
      if (systemCode(error) !== 'ENOENT' || tries === 0) throw error
    }
  }
}

/** Gives a written and synced file its name, unless a file has it already: returns whether it did. */
export async function publish(temporary: string, final: string): Promise<boolean> {
  // link() fails where rename() would replace: an attempt that lost its lease replaces nothing.
  const done = await link(temporary, final).then(
    () => true,
    (error: unknown) => ignoring('EEXIST')(error) ?? false,
  )
  if (done) await syncFolder(dirname(final))
  await unlink(temporary)
  return done
}

/** Writes a small new file, and syncs it. */
export async function writeText(path: string, text: string): Promise<void> {
  const handle = await openTemporary(path)
  try {
    await writeFile(handle, text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a small file as archives are written: whole or not at all, and never over another. */
export async function publishText(temporary: string, final: string, text: string): Promise<boolean> {
  await writeText(temporary, text)
  return publish(temporary, final)
}

/** Deletes a file that may be gone already. */
export async function deleteFileIfThere(path: string): Promise<void> {
  await unlink(path).catch(ignoring('ENOENT', 'ENOTDIR'))
}

/** Deletes a folder once nothing is in it any more. */
export async function deleteFolderIfEmpty(folder: string): Promise<void> {
  const gone = await rmdir(folder).then(
    () => true,
    (error: unknown) => ignoring('ENOTEMPTY', 'EEXIST', 'ENOENT')(error) ?? false,
  )
  await syncFolder(gone ? dirname(folder) : folder).catch(ignoring('ENOENT'))
}

/** Deletes what an attempt that failed was writing, in one folder. What cannot be deleted now, a later sweep will. */
export async function discard(...temporaries: [string, ...string[]]): Promise<void> {
  try {
    for (const path of temporaries) await deleteFileIfThere(path)
    await deleteFolderIfEmpty(dirname(temporaries[0]))
  } catch {} // why the attempt failed is what counts
}
