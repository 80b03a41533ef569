import { type FileHandle, open, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { nullIfMissing } from './missing.ts'
import { giveTo, type OsUser } from './os-user.ts'

/** Where the server of a cluster logs, beside its data. */
export function serverLogOf(folder: string): string {
  return join(folder, 'log')
}

/** Opens the log to append; begun anew at 10 MB, with the one before kept. */
export async function openServerLog(folder: string, user: OsUser | null): Promise<FileHandle> {
  const path = serverLogOf(folder)
  const stats = await stat(path).catch(nullIfMissing)
  if (stats && stats.size > 10_000_000) await rename(path, `${path}.1`)
  const log = await open(path, 'a', 0o600)
  await giveTo(user, path) // who serves the cluster may start it next time
  return log
}

/** The last lines of what was logged after so many bytes. */
export async function lastLines(folder: string, after: number): Promise<string> {
  const text = (await readFile(serverLogOf(folder))).subarray(after).toString()
  return text.trim().split('\n').slice(-5).join(' | ') || 'it logged nothing'
}
