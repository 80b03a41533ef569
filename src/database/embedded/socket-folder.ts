import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, isAbsolute, join } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { canReach, giveTo, type OsUser } from './os-user.ts'

/** As Postgres names a socket, by the number of its port. */
export const socketName = '.s.PGSQL.5432'
/** Bytes of a UNIX socket's path, of which the system allows some more. */
const longestPath = 100
/** Of folders that were made for one run of a server. */
const prefix = 'snapshot-gateway-socket-'

/** In the cluster's folder, or where its path would be too long, in a 0700 folder where it is short and reached. */
export async function chooseSocketFolder(folder: string, user: OsUser | null): Promise<string> {
  if (fits(folder)) return folder
  for (const parent of new Set([tmpdir(), '/tmp', '/run'])) {
    const name = join(parent, prefix)
    if (!isAbsolute(parent) || !fits(`${name}XXXXXX`)) continue
    if (!(await canReach(parent, user).catch(() => false))) continue
    const made = await mkdtemp(name).catch(() => null)
    if (made === null) continue
    await giveTo(user, made)
    return made
  }
  throw new EmbeddedPostgresError(
    `the path ${folder} is too long for a socket, and no folder for one can be made in the temporary folder, /tmp or /run: choose a shorter DATA_DIR, or set DATABASE_URL`,
  )
}

function fits(folder: string): boolean {
  return Buffer.byteLength(join(folder, `${socketName}.lock`)) <= longestPath
}

/** Makes a folder for the socket again where a cleaner of temporary folders has deleted it. */
export async function remakeSocketFolder(folder: string, user: OsUser | null): Promise<string> {
  if ((await mkdir(folder, { recursive: true, mode: 0o700 })) !== undefined) await giveTo(user, folder)
  return folder
}

/** Deletes the folder of a server that has ended, if it was made for that run. */
export async function deleteSocketFolder(folder: string): Promise<void> {
  if (basename(folder).startsWith(prefix)) await rm(folder, { recursive: true, force: true })
}
