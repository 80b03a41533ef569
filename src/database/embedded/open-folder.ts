import { chmod, mkdir, stat } from 'node:fs/promises'

/** Makes a folder that every account may enter, whatever the umask; one that a narrow umask has closed is opened. */
export async function makeOpenFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true })
  const { mode } = await stat(path)
  if ((mode & 0o055) !== 0o055) await chmod(path, (mode & 0o777) | 0o055)
}
