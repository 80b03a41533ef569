import { execFile } from 'node:child_process'
import { chown, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

/** Whom Postgres runs as, where it is not us: it refuses to run as root. */
export interface OsUser {
  uid: number
  gid: number
}

/** The user to serve a new cluster as; null where we are not root and have nothing to drop. Creates none. */
export async function chooseOsUser(configured: string | null): Promise<OsUser | null> {
  if (process.getuid?.() !== 0) return null
  const names = configured === null ? ['postgres', 'nobody'] : [configured]
  for (const name of names) {
    const user = await findOsUser(name)
    if (user?.uid === 0)
      throw new EmbeddedPostgresError(`EMBEDDED_USER=${name}: Postgres refuses to run as root`)
    if (user) return user
  }
  throw new EmbeddedPostgresError(
    `Postgres refuses to run as root, and there is no user ${names.join(' or ')}: set EMBEDDED_USER, run as another user, or set DATABASE_URL`,
  )
}

/** The user that a cluster belongs to; null where that is us. `recorded`: whom it was made for. */
export async function ownerOf(path: string, recorded: number): Promise<OsUser | null> {
  const { uid, gid } = await stat(path)
  const own = process.getuid?.()
  if (uid === 0)
    throw new EmbeddedPostgresError(
      `${path} belongs to root, as whom Postgres refuses to run: give it back by chown -R ${recorded} ${path}, or set DATABASE_URL`,
    )
  if (uid === own) return null
  if (own !== 0)
    throw new EmbeddedPostgresError(
      `${path} belongs to the user ${uid}, but this process runs as ${own}: run it as that user, or set DATABASE_URL`,
    )
  return { uid, gid }
}

async function findOsUser(name: string): Promise<OsUser | null> {
  const id = (flag: string) => promisify(execFile)('id', [flag, name]).then(({ stdout }) => Number(stdout))
  try {
    return { uid: await id('-u'), gid: await id('-g') }
  } catch (error) {
    if (typeof (error as { code?: unknown }).code !== 'number') throw error // not its exit status: id itself is missing
    return null
  }
}

/** Whether a user can enter a folder by its path, through all its parents. */
export async function canReach(folder: string, user: OsUser | null): Promise<boolean> {
  if (user === null) return true
  for (let at = folder; ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at)
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** Whether a user can run a program. */
export async function canRun(program: string, user: OsUser | null): Promise<boolean> {
  if (user === null) return true
  const { mode, uid, gid } = await stat(program)
  const bits = uid === user.uid ? 0o500 : gid === user.gid ? 0o050 : 0o005
  return (mode & bits) === bits && (await canReach(dirname(program), user))
}

/** Gives a file to the user that serves the database, if that is not us. */
export async function giveTo(user: OsUser | null, path: string): Promise<void> {
  if (user === null) return
  await chown(path, user.uid, user.gid).catch((cause: NodeJS.ErrnoException) => {
    throw new EmbeddedPostgresError(
      `Postgres refuses to run as root, and this root may not give files to the user ${user.uid} (${cause.code}): run as another user, or set DATABASE_URL`,
      { cause },
    )
  })
}
