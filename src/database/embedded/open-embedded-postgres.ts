import { createHash } from 'node:crypto'
import { mkdir, readFile, realpath, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, resolve } from 'node:path'
import { type Archives, assertNoArchives, assertSameInstallation } from './archives.ts'
import { findBinaries } from './binaries.ts'
import { clientsIn } from './clients.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { keepAlive } from './keep-alive.ts'
import { withLock } from './lock.ts'
import type { Log } from './log.ts'
import { makeCluster, superuser } from './make-cluster.ts'
import { nullIfMissing } from './missing.ts'
import { refuseMountPoint } from './mount-point.ts'
import { makeOpenFolder } from './open-folder.ts'
import { canReach, chooseOsUser, ownerOf } from './os-user.ts'
import { findServer, type Postmaster, socketOf, stopServer, stopServerNow } from './postmaster.ts'
import { type ClusterRecord, newRecord, readRecord, writeRecord } from './record.ts'
import { startServer } from './start-server.ts'

export interface EmbeddedPostgresOptions {
  /** Absolute. The cluster is in `postgres` below it, where the user that serves it can get there. */
  dataDir: string
  /** Whom to serve it as where we are root; null: postgres, else nobody. */
  user?: string | null
  /** What the database is to be beside; left out: nothing. */
  archives?: Archives
  log: Log
  /** The package with the binaries; null: the one of this platform. */
  packageDir?: string
}

export interface EmbeddedPostgres {
  /** As postgres.js takes it. It stays the same when the server is started again. */
  connection: { path: string; username: string; password: string; database: string }
  /** The uuid of the installation that the data folder belongs to. */
  installation: string
  /** Leaves the server; the last of its clients stops it. */
  close(): Promise<void>
}

/** Where a cluster goes whose user cannot get into the data folder, and copies of binaries. */
const system = '/var/lib/snapshot-gateway'

/**
 * Starts the Postgres server of a data folder, or joins the one that other processes of this machine have started.
 * A first start makes its cluster. Throws EmbeddedPostgresError, whose message says what to do.
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  return open(options).catch((error: unknown) => {
    if (!(error instanceof Error) || !('syscall' in error)) throw error
    throw new EmbeddedPostgresError(
      `the embedded database cannot be used: ${error.message}. Fix this, or set DATABASE_URL to use a Postgres server of your own`,
      { cause: error },
    )
  })
}

async function open(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log } = options
  // Its parents are not made: a path below a disk that is not mounted would look like a new installation.
  await mkdir(options.dataDir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw new EmbeddedPostgresError(
        `the folder above DATA_DIR, ${dirname(options.dataDir)}, does not exist: create it, or mount its disk`,
        { cause: error },
      )
    if (error.code !== 'EEXIST') throw error
  })
  const dataDir = await realpath(options.dataDir)
  refuseMountPoint(dataDir)
  const clients = clientsIn(join(dataDir, 'postgres.clients'))
  const locked = <R>(work: () => Promise<R>) => withLock(join(dataDir, 'postgres.lock'), work)

  // Before anything is touched: where that is another user's, it says so.
  await readRecord(dataDir)
  const { folder, record, server, start, leaveNow } = await locked(async () => {
    await clients.sweep()
    const cluster = await openCluster(dataDir, options)
    // Where the process ends without closing, the last of what it does.
    const leaveNow = () => {
      try {
        clients.leave()
        if (!clients.any()) stopServerNow(cluster.folder)
      } catch (error) {
        log.error({ err: error }, 'the embedded database may be left running; the next start uses it')
      }
    }
    // Before the start, so that a process that ends during it leaves no server behind.
    clients.join()
    process.on('exit', leaveNow)
    try {
      return { ...cluster, server: await cluster.start(), leaveNow }
    } catch (error) {
      process.off('exit', leaveNow)
      clients.leave()
      throw error
    }
  })
  const { installation, password } = record

  const watch = keepAlive({
    folder,
    server,
    clients,
    log,
    restart: (socketFolder) =>
      locked(async () => {
        await clients.sweep() // another machine may have taken over
        return start(socketFolder)
      }),
  })
  let closing: Promise<void> | undefined
  const leave = async () => {
    await watch.stop()
    await locked(async () => {
      clients.leave()
      if (!clients.any()) await stopServer(folder)
    })
    process.off('exit', leaveNow)
  }
  return {
    connection: { path: socketOf(server), username: superuser, password, database: superuser },
    installation,
    close: () => {
      closing ??= leave()
      return closing
    },
  }
}

interface Cluster {
  folder: string
  record: ClusterRecord
  /** Finds the cluster's server, or starts it, with its socket where it was. */
  start(socketFolder?: string): Promise<Postmaster>
}

/** Finds the cluster of a data folder by its record, or makes it at the first start. */
async function openCluster(
  dataDir: string,
  { user: configured = null, archives, log, packageDir }: EmbeddedPostgresOptions,
): Promise<Cluster> {
  const record = (await readRecord(dataDir)) ?? newRecord(await choosePlace(dataDir, configured, log))
  const folder = resolve(dataDir, record.folder)
  if (isAbsolute(record.folder)) await claimCluster(folder, dataDir, record)
  const data = join(folder, 'data')
  const made = await readFile(join(data, 'PG_VERSION'), 'utf8').then(Number, nullIfMissing)
  if (made === null && archives) await assertNoArchives(archives, data)
  if (made === null && record.major !== 0)
    throw new EmbeddedPostgresError(
      `the database of ${dataDir} is expected at ${data}, but is not there: restore it, or choose another DATA_DIR`,
    )
  if (made !== null && archives) await assertSameInstallation(archives, dataDir, record.installation)
  const user = made === null ? await chooseOsUser(configured) : await ownerOf(data)
  const copies = process.getuid?.() === 0 ? system : dataDir
  const binaries = await findBinaries(
    user,
    copies,
    (folder) => log.info({ folder }, 'copied the Postgres binaries'),
    packageDir,
  )
  if (made === null) {
    log.info({ folder }, 'a new installation: creating its database')
    // The record first: whoever finds a cluster can open it.
    await writeRecord(dataDir, record)
    await makeCluster(binaries.initdb, folder, user, record.password)
  } else if (made !== binaries.major) throw otherMajor(made, binaries.major, data)
  if (record.major !== binaries.major) {
    record.major = binaries.major
    await writeRecord(dataDir, record)
  }
  const start: Cluster['start'] = async (socketFolder) =>
    (await findServer(folder)) ??
    (await startServer({ postgres: binaries.postgres, folder, user, socketFolder }))
  return { folder, record, start }
}

/** The folder of a new cluster: below the data folder, relative to it, if the user can get there. */
async function choosePlace(dataDir: string, configured: string | null, log: Log): Promise<string> {
  const place = join(dataDir, 'postgres')
  if (await stat(join(place, 'data')).catch(nullIfMissing))
    throw new EmbeddedPostgresError(
      `there is a database at ${place}, but no postgres.json beside it, which says how to open it: restore that file, or choose another DATA_DIR`,
    )
  if (await canReach(dataDir, await chooseOsUser(configured))) return basename(place)
  await makeOpenFolder(system)
  const folder = join(system, createHash('sha256').update(dataDir).digest('hex').slice(0, 16))
  // The hash alone does not find a cluster: neither its password nor its installation is known without the record.
  if (await stat(join(folder, 'data')).catch(nullIfMissing))
    throw new EmbeddedPostgresError(
      `the database would be created at ${folder}, but there is one of a former ${dataDir}: restore the postgres.json of that, or move ${folder} away`,
    )
  log.info({ folder }, 'the database is kept in this folder: its user cannot enter the data folder')
  return folder
}

/** A cluster outside of its data folder says whose it is: of a copy of that folder both would go on with the same one. */
async function claimCluster(folder: string, dataDir: string, { installation }: ClusterRecord): Promise<void> {
  const path = join(folder, 'data-folder')
  const owner = (await readFile(path, 'utf8').catch(nullIfMissing)) ?? dataDir
  if (owner !== dataDir && (await readRecord(owner))?.installation === installation)
    throw new EmbeddedPostgresError(
      `${dataDir} is a copy of ${owner}, whose database at ${folder} was not copied with it: dump that database and restore it into an empty DATA_DIR, or set DATABASE_URL`,
    )
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(path, dataDir)
}

function otherMajor(made: number, ours: number, data: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    `the database at ${data} was created by Postgres ${made}, but this version comes with Postgres ${ours}. Dump it with the version of snapshot-gateway that made it (pg_dump over its socket), move ${data} and postgres.json away, start once, and restore the dump`,
  )
}
