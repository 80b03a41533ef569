import { execFile } from 'node:child_process'
import { chown, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'

/** Whom Postgres runs as, where it is not us: it refuses to run as root. */
export interface Account {
  uid: number
  gid: number
}

/** The account to use; null where we are no root and have nothing to drop. Makes none. */
export async function chooseAccount(configured: string | null): Promise<Account | null> {
  if (process.getuid?.() !== 0) return null
  const names = configured === null ? ['postgres', 'nobody'] : [configured]
  for (const name of names) {
    const account = await findAccount(name)
    if (account?.uid === 0)
      throw new EmbeddedPostgresError(`EMBEDDED_USER=${name}: Postgres refuses to run as root`)
    if (account) return account
  }
  throw new EmbeddedPostgresError(
    `Postgres refuses to run as root, and there is no account ${names.join(' or ')}: set EMBEDDED_USER, run as another user, or set DATABASE_URL`,
  )
}

/** The account that a file belongs to; null where that is us. */
export async function ownerOf(path: string): Promise<Account | null> {
  const { uid, gid } = await stat(path)
  const own = process.getuid?.()
  if (uid === own) return null
  if (own !== 0)
    throw new EmbeddedPostgresError(`${path} belongs to the user ${uid}, and we are ${own}: run as that user`)
  return { uid, gid }
}

async function findAccount(name: string): Promise<Account | null> {
  const id = (flag: string) => promisify(execFile)('id', [flag, name]).then(({ stdout }) => Number(stdout))
  try {
    return { uid: await id('-u'), gid: await id('-g') }
  } catch {
    return null
  }
}

/** Whether an account can enter a folder by its path, through all its parents. */
export async function canReach(folder: string, account: Account | null): Promise<boolean> {
  if (account === null) return true
  for (let at = folder; ; at = dirname(at)) {
    const { mode, uid, gid } = await stat(at)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** Whether an account can run a program. */
export async function canRun(program: string, account: Account | null): Promise<boolean> {
  if (account === null) return true
  const { mode, uid, gid } = await stat(program)
  const bits = uid === account.uid ? 0o500 : gid === account.gid ? 0o050 : 0o005
  return (mode & bits) === bits && (await canReach(dirname(program), account))
}

/** Gives a file to the account that serves the database, if that is not us. */
export async function giveTo(account: Account | null, path: string): Promise<void> {
  if (account === null) return
  await chown(path, account.uid, account.gid).catch((cause: NodeJS.ErrnoException) => {
    throw new EmbeddedPostgresError(
      `Postgres refuses to run as root, and this root may not give files to the user ${account.uid} (${cause.code}): run as another user, or set DATABASE_URL`,
      { cause },
    )
  })
}
