import { chmod, lstat, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Makes a folder that every user may enter, whatever the umask; one that a narrow umask has closed is opened. */
export async function makeOpenFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  const { mode } = await stat(path)
  if ((mode & 0o055) !== 0o055) await chmod(path, (mode & 0o777) | 0o055)
}

/** Lets every user read what is in a folder, and run what its owner can run. */
export async function openAll(path: string): Promise<void> {
  const stats = await lstat(path)
  if (stats.isSymbolicLink()) return
  const bits = stats.isDirectory() || stats.mode & 0o100 ? 0o055 : 0o044
  if ((stats.mode & bits) !== bits) await chmod(path, (stats.mode & 0o777) | bits)
  if (stats.isDirectory()) for (const name of await readdir(path)) await openAll(join(path, name))
}
