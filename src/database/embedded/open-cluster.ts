import { createHash } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { type Archives, assertNoArchives, assertSameInstallation } from './archives.ts'
import { findBinaries } from './binaries.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import type { Log } from './log.ts'
import { makeCluster } from './make-cluster.ts'
import { nullIfMissing } from './missing.ts'
import { makeOpenFolder } from './open-folder.ts'
import { canReach, chooseOsUser, ownerOf } from './os-user.ts'
import { findServer, type Postmaster } from './postmaster.ts'
import { type ClusterRecord, newRecord, readRecord, writeRecord } from './record.ts'
import { startServer } from './start-server.ts'

export interface ClusterOptions {
  /** Whom to serve it as where we are root; null: postgres, else nobody. */
  user?: string | null
  /** What the database is to be beside; left out: nothing. */
  archives?: Archives
  log: Log
  /** The package with the binaries; left out: the one of this platform. */
  packageDir?: string
}

/** Where a cluster goes whose user cannot get into the data folder, and copies of binaries. */
const system = '/var/lib/snapshot-gateway'

export interface Cluster {
  folder: string
  record: ClusterRecord
  /** Finds the cluster's server, or starts it, with its socket where it was. */
  start(socketFolder?: string): Promise<Postmaster>
}

/** Finds the cluster of a data folder by its record, or makes it at the first start. */
export async function openCluster(
  dataDir: string,
  { user: configured = null, archives, log, packageDir }: ClusterOptions,
): Promise<Cluster> {
  const record = (await readRecord(dataDir)) ?? newRecord(await choosePlace(dataDir, configured, log))
  const folder = resolve(dataDir, record.folder)
  if (isAbsolute(record.folder)) await claimCluster(folder, dataDir, record)
  const data = join(folder, 'data')
  const made = await readFile(join(data, 'PG_VERSION'), 'utf8').then(Number, nullIfMissing)
  if (made === null && archives) await assertNoArchives(archives, data)
  if (made === null && record.major !== 0)
    throw new EmbeddedPostgresError(
      `the database of ${dataDir} is expected at ${data}, but is not there: restore it, choose another DATA_DIR, or set DATABASE_URL`,
    )
  if (made !== null && archives) await assertSameInstallation(archives, dataDir, record.installation)
  const user = made === null ? await chooseOsUser(configured) : await ownerOf(data, record.uid)
  const uid = user?.uid ?? process.getuid?.() ?? 0
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
    await writeRecord(dataDir, { ...record, uid })
    await makeCluster(binaries.initdb, folder, user, record.password)
  } else if (made !== binaries.major) throw otherMajor(made, binaries.major, data)
  if (record.major !== binaries.major || record.uid !== uid) {
    Object.assign(record, { major: binaries.major, uid })
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
      `there is a database at ${place}, but no postgres.json beside it, which says how to open it: restore that file, choose another DATA_DIR, or set DATABASE_URL`,
    )
  if (await canReach(dataDir, await chooseOsUser(configured))) return basename(place)
  await makeOpenFolder(system)
  const folder = join(system, createHash('sha256').update(dataDir).digest('hex').slice(0, 16))
  // The hash alone does not find a cluster: neither its password nor its installation is known without the record.
  if (await stat(join(folder, 'data')).catch(nullIfMissing))
    throw new EmbeddedPostgresError(
      `the database would be created at ${folder}, but there is one of a former ${dataDir}: restore the postgres.json of that, move ${folder} away, or set DATABASE_URL`,
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
    `the database at ${data} was created by Postgres ${made}, but this version comes with Postgres ${ours}. Dump it with the version of snapshot-gateway that made it (pg_dump over its socket), move ${data} and postgres.json away, start once, and restore the dump, there or into a server that DATABASE_URL names`,
  )
}
