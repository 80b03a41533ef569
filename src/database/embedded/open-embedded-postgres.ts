import { mkdir, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { clientsIn } from './clients.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { keepAlive } from './keep-alive.ts'
import { withLock } from './lock.ts'
import { superuser } from './make-cluster.ts'
import { refuseMountPoint } from './mount-point.ts'
import { type ClusterOptions, openCluster } from './open-cluster.ts'
import { socketOf, stopServer, stopServerNow } from './postmaster.ts'
import { readRecord } from './record.ts'

export interface EmbeddedPostgresOptions extends ClusterOptions {
  /** Absolute. The cluster is in `postgres` below it, where the user that serves it can get there. */
  dataDir: string
}

export interface EmbeddedPostgres {
  /** As postgres.js takes it. It stays the same when the server is started again. */
  connection: { path: string; username: string; password: string; database: string }
  /** The uuid of the installation that the data folder belongs to. */
  installation: string
  /** Leaves the server; the last of its clients stops it. */
  close(): Promise<void>
}

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
