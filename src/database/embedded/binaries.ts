import { randomUUID } from 'node:crypto'
import { cp, lstat, mkdir, readdir, readFile, realpath, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { makeOpenFolder, openAll } from './open-folder.ts'
import { canRun, type OsUser } from './os-user.ts'

export interface Binaries {
  initdb: string
  postgres: string
  /** Of Postgres, such as 18. */
  major: number
}

/**
 * Finds the binaries for this platform, as the package manager installed them, and makes them fit to run. Where the
 * user cannot reach them, or where what is missing cannot be made, in a copy below `copies`.
 */
export async function findBinaries(
  user: OsUser | null,
  copies: string,
  onCopy: (folder: string) => void,
  packageDir = findPackage(),
): Promise<Binaries> {
  const description = await readFile(join(packageDir, 'package.json'), 'utf8').catch((cause: unknown) => {
    throw noBinaries(cause)
  })
  const { version } = JSON.parse(description) as { version: string }
  const native = await realpath(join(packageDir, 'native'))
  // initdb runs postgres by a shell, in double quotes.
  const fit = !/["$`\\\n]/.test(native) && (await canRun(join(native, 'bin/initdb'), user))
  const linked = fit && (await makeLinks(packageDir, packageDir).then(() => true, isReadOnly))
  const root = linked ? native : await copyTo(join(copies, `postgres-${version}`), packageDir, user, onCopy)
  return {
    initdb: join(root, 'bin/initdb'),
    postgres: join(root, 'bin/postgres'),
    major: Number.parseInt(version, 10),
  }
}

function findPackage(): string {
  const { platform, arch } = process
  const name = `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${arch}`
  try {
    if (platform === 'win32') throw new Error('Windows has no UNIX sockets that Postgres and Node share')
    // Binaries for glibc start on no other C library.
    const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined
    if (platform === 'linux' && !report?.header?.glibcVersionRuntime) throw new Error('they need glibc')
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (cause) {
    throw noBinaries(cause)
  }
}

function noBinaries(cause: unknown): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `there is no embedded Postgres for this machine (${process.platform} ${process.arch}): set DATABASE_URL to a Postgres server`,
    { cause },
  )
}

/** Makes the links that the package's postinstall makes: npm may have run no scripts. */
async function makeLinks(packageDir: string, below: string): Promise<void> {
  const list = JSON.parse(await readFile(join(packageDir, 'native/pg-symlinks.json'), 'utf8')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of list) {
    const path = join(below, target)
    if (await lstat(path).catch(() => null)) continue
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error // another process makes them too
    })
  }
}

function isReadOnly(error: NodeJS.ErrnoException): false {
  if (!['EROFS', 'EACCES', 'EPERM'].includes(error.code ?? '')) throw error
  return false
}

/** Milliseconds after which a copy that is not whole is nobody's work any more. */
const abandoned = 3_600_000

/** A whole copy or none: it gets its name last. */
async function copyTo(
  folder: string,
  packageDir: string,
  user: OsUser | null,
  onCopy: (folder: string) => void,
): Promise<string> {
  const native = join(folder, 'native')
  if (await lstat(folder).catch(() => null)) {
    // One that an earlier version made under a narrow umask.
    if (user && !(await canRun(join(native, 'bin/initdb'), user))) await openAll(folder)
    return native
  }
  // For another user than ours, which a narrow umask would shut out.
  if (user) await makeOpenFolder(dirname(folder))
  await deleteAbandoned(folder)
  const partial = `${folder}.${randomUUID()}`
  await mkdir(partial, { recursive: true })
  await cp(join(packageDir, 'native'), join(partial, 'native'), { recursive: true, verbatimSymlinks: true })
  await makeLinks(packageDir, partial)
  if (user) await openAll(partial)
  await rename(partial, folder).catch(async (error: NodeJS.ErrnoException) => {
    await rm(partial, { recursive: true, force: true })
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error // another process was quicker
  })
  onCopy(folder)
  return native
}

/** Deletes what copies have left that were killed in the middle. */
async function deleteAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder)).catch(() => [])) {
    const path = join(dirname(folder), name)
    if (!name.startsWith(`${basename(folder)}.`)) continue
    const stats = await lstat(path).catch(() => null)
    if (stats && Date.now() - stats.mtimeMs > abandoned) await rm(path, { recursive: true, force: true })
  }
}
