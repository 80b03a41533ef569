import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { giveTo, type OsUser } from './os-user.ts'
import { run } from './run.ts'
import { syncFolder } from './sync-folder.ts'

/** Postgres's superuser, and the database that every cluster has. */
export const superuser = 'postgres'

/** Makes a cluster in `folder`/data: beside its place, then renamed, so that a kill leaves nothing half made. */
export async function makeCluster(
  initdb: string,
  folder: string,
  user: OsUser | null,
  password: string,
): Promise<void> {
  await mkdir(dirname(folder), { recursive: true, mode: 0o755 })
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await giveTo(user, folder)
  // An initdb that outlived the start that was killed may still write.
  for (const name of await readdir(folder))
    if (name.startsWith('new.'))
      await rm(join(folder, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 100 })

  const partial = join(folder, `new.${randomUUID()}`)
  const passwordFile = `${partial}.password`
  await writeFile(passwordFile, password, { mode: 0o600 })
  try {
    await giveTo(user, passwordFile)
    const authentication = ['--auth=scram-sha-256', `--username=${superuser}`, `--pwfile=${passwordFile}`]
    await run(initdb, ['--pgdata', partial, '--encoding=UTF8', '--no-locale', ...authentication], user)
    await rename(partial, join(folder, 'data'))
    await syncFolder(folder)
    await syncFolder(dirname(folder))
  } catch (cause) {
    await rm(partial, { recursive: true, force: true })
    if (cause instanceof EmbeddedPostgresError) throw cause
    throw new EmbeddedPostgresError(
      `the embedded database cannot be created in ${folder}: ${cause instanceof Error ? cause.message : cause}. Fix this, or set DATABASE_URL to use a Postgres server of your own`,
      { cause },
    )
  } finally {
    await rm(passwordFile, { force: true })
  }
}
