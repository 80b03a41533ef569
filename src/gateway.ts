import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { FastifyBaseLogger, FastifyInstance } from 'fastify'
import type { Config } from './config.ts'
import { AccountScope } from './database/account-scope.ts'
import { awaitSchema } from './database/await-schema.ts'
import { connect, type Database } from './database/database.ts'
import { assertListenWorks } from './database/listen.ts'
import { migrateDatabase } from './database/migrate.ts'
import { openDatabase } from './database/open-database.ts'
import { makeExampleVolume } from './example-volume.ts'
import { createServer } from './http/server.ts'
import type { StorageDriver } from './storage/driver.ts'
import { createStoragePool } from './storage/pool.ts'
import { findTar } from './storage/vfs/tar.ts'
import { createUris } from './storage/vfs/uris.ts'
import { defaultDriver } from './volumes/create-volume.ts'
import { markStorageRoots } from './worker/mark-storage-roots.ts'
import { startDeadlines } from './worker/start-deadlines.ts'
import { startSweeper } from './worker/start-sweeper.ts'
import { startWorker } from './worker/start-worker.ts'

export interface GatewayOptions {
  /** Whether to answer requests; else it is a worker alone. */
  serve: boolean
  /** Whether to bring the schema up to date, or to wait until somebody has. */
  migrate: boolean
  log: FastifyBaseLogger
}

export interface Gateway {
  /** Where it listens, such as http://127.0.0.1:4000; null for a worker. */
  url: string | null
  /** Stops it: requests first, then the work, then the database. */
  close(): Promise<void>
}

/** The account that AUTH=none acts as. */
const defaultAccount = 1n
/** Compiled as this file is, or its source beside this one's. */
const entry = fileURLToPath(new URL(`storage/child${extname(import.meta.url)}`, import.meta.url))

/** Seconds that the storage has for a call that prepares or sweeps a root; then it counts as hanging. */
const upkeepTimeout = 60

/** Starts everything, in order. Rejects with a message for people where it cannot, having stopped what it started. */
export async function startGateway(
  config: Config,
  { serve, migrate, log }: GatewayOptions,
): Promise<Gateway> {
  const stops: [what: string, stop: () => Promise<unknown>][] = []
  let ready = false
  const close = async () => {
    ready = false
    const failures: unknown[] = []
    // Requests first, though they are let in last. One that cannot be stopped keeps none of the others running.
    for (const [what, stop] of stops.splice(0).reverse()) {
      await stop().catch((error: unknown) => failures.push(error))
      log.debug({ what }, 'stopped')
    }
    if (failures.length > 0) throw new AggregateError(failures, 'not everything could be stopped')
  }
  try {
    return { url: await start(), close }
  } catch (error) {
    await close().catch((cause: unknown) => log.error({ err: cause }, 'what was started cannot be stopped'))
    throw error
  }

  async function start(): Promise<string | null> {
    const works = config.worker.enabled || !serve
    if (works) await findTar()

    const server = await openDatabase({ ...config.database, dataDir: config.storage.dataDir }, log)
    stops.push(['the database server', server.close])
    const database = connect(server.address, config.database)
    stops.push(['database connections', database.close])
    if (config.database.url !== null) await assertListenWorks(database.client)
    const installation = migrate
      ? await migrateDatabase(server.address, server)
      : await awaitSchema(server.address, server.installation, (reason) => log.warn({}, `waiting: ${reason}`))

    const startPool = (what: string, size: number, callTimeout?: number): StorageDriver => {
      const vfs = { ...config.storage, installation }
      const pool = createStoragePool({ entry, size, vfs, log, callTimeout })
      stops.push([what, pool.close])
      return pool.driver
    }
    // Apart, so that none holds up another. A pool that nobody calls has no processes.
    const forRequests = startPool('storage of requests', 1, config.http.requestTimeout)
    const forWork = startPool('storage of the worker', config.worker.concurrency)
    const forUpkeep = startPool('storage of upkeep', 1, upkeepTimeout)
    if (config.storage.volumesDirIsDefault) await makeExampleVolume(config.storage.volumesDir)
    else void warnWithoutVolumes(config.storage.volumesDir, log) // not waited for: it may hang
    await markStorageRoots(database.client, { ...config.storage, driver: forUpkeep, log })
    if (works && config.storage.backupsDirIsDefault)
      log.warn(
        { backups: config.storage.backupsDir },
        'backups go to the disk that they protect: set BACKUP_TARGET',
      )

    stops.push(['deadlines', startDeadlines({ db: database.db, log, ...config.worker }).close])
    // The port before the work: where it is taken, nothing was begun.
    const requests = serve ? await listenForRequests(database, forRequests) : null
    if (works) await startWork(database, { forWork, forUpkeep }, requests)
    if (requests === null) return null
    ready = true
    log.info({ url: `${requests.url}/graphql` }, 'ready: open it in a browser for GraphiQL')
    return requests.url
  }

  async function listenForRequests(database: Database, driver: StorageDriver): Promise<Requests> {
    const { corsOrigins, host, port } = config.http
    const app = createServer({
      log,
      handles: {
        storage: new Map([['vfs', { ...driver, ...createUris(config.storage) }]]),
        operationDeadline: config.worker.operationDeadline,
      },
      corsOrigins,
      authenticate: () => ({ scope: new AccountScope(database.db, defaultAccount), role: 'ADMIN' }),
      isReady: async () => ready && (await answers(database)),
    })
    let closed: Promise<void> | undefined
    const close = () => {
      closed ??= closeServer(app, config.shutdownTimeout / 2)
      return closed
    }
    stops.push(['requests', close])
    const url = await app.listen({ host, port }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRINUSE') throw error
      throw new Error(`port ${port} of ${host} is in use: set PORT to another, or to 0 for a free one`)
    })
    return { url, close }
  }

  async function startWork(
    database: Database,
    { forWork, forUpkeep }: Record<'forWork' | 'forUpkeep', StorageDriver>,
    requests: Requests | null,
  ): Promise<void> {
    const storage = new Map([[defaultDriver, forWork]])
    const { concurrency } = config.worker
    const swept = new Map([[defaultDriver, forUpkeep]])
    stops.push(['the sweeper', startSweeper({ database, storage: swept, log }).close])
    const worker = await startWorker({ database, storage, concurrency, log })
    // From the moment in which intake stops no new work either, while requests in flight finish.
    stops.push(['the worker', () => Promise.all([requests?.close(), worker.close()])])
    log.info({ concurrency }, 'the worker waits for work')
  }
}

/** The web server, once it listens. */
interface Requests {
  url: string
  close(): Promise<void>
}

/** Lets requests in flight finish; after so many seconds their connections are closed: half a request may never end. */
async function closeServer(app: FastifyInstance, patience: number): Promise<void> {
  const late = setTimeout(() => app.server.closeAllConnections(), patience * 1000)
  await app.close().finally(() => clearTimeout(late))
}

/** Says so where the folder for volumes, which is the user's to make, is not there. */
async function warnWithoutVolumes(volumes: string, log: FastifyBaseLogger): Promise<void> {
  const stats = await stat(volumes).catch(() => null)
  if (!stats?.isDirectory())
    log.warn({ volumes }, 'VOLUMES_DIR is no directory: no volume can be made or read until it is one')
}

/** Whether the database answers within two seconds. */
async function answers({ client }: Database): Promise<boolean> {
  const late = new AbortController()
  const query = client`select 1`.then(
    () => true,
    () => false,
  )
  const timeout = pause(2000, false, { signal: late.signal }).catch(() => false)
  return Promise.race([query, timeout]).finally(() => late.abort())
}
