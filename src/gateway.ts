import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Logger } from 'pino'
import { startAuthentication } from './auth/start-authentication.ts'
import type { Config } from './config/load-config.ts'
import { awaitSchema } from './database/await-schema.ts'
import { connect, type Database } from './database/database.ts'
import { logOutages } from './database/log-outages.ts'
import { migrateDatabase } from './database/migrate.ts'
import { openDatabase } from './database/open-database.ts'
import { createReadiness } from './database/readiness.ts'
import { EventFeed } from './events/feed.ts'
import { type Ordering, startOrdering } from './events/start-ordering.ts'
import type { Events } from './events/watch-events.ts'
import { makeExampleVolume } from './example-volume.ts'
import { schema } from './graphql/schema.ts'
import { loadTrustedDocuments } from './graphql/trusted-documents.ts'
import type { DocumentOptions } from './http/graphql.ts'
import { listen } from './http/listen.ts'
import { startMonitoring } from './http/monitoring-server.ts'
import { createServer } from './http/server.ts'
import { createMetrics, type Metrics } from './metrics/create-metrics.ts'
import type { StorageDriver } from './storage/driver.ts'
import { createStoragePool } from './storage/pool.ts'
import { archivesIn } from './storage/vfs/archives.ts'
import { findTar } from './storage/vfs/tar.ts'
import { createUris } from './storage/vfs/uris.ts'
import { defaultDriver } from './volumes/create-volume.ts'
import { warnOfOneDisk } from './warn-of-one-disk.ts'
import { warnWithoutVolumes } from './warn-without-volumes.ts'
import { markStorageRoots } from './worker/mark-storage-roots.ts'
import { startDeadlines } from './worker/start-deadlines.ts'
import { startSweeper } from './worker/start-sweeper.ts'
import { startWorker } from './worker/start-worker.ts'

export interface GatewayOptions {
  /** Whether to answer requests; else it is a worker alone. */
  serve: boolean
  /** Whether to bring the schema up to date, or to wait until somebody has. */
  migrate: boolean
  /** Of the program, such as 1.2.3. */
  version: string
  log: Logger
}

export interface Gateway {
  /** Where it answers requests, such as http://127.0.0.1:4000; null for a worker. */
  url: string | null
  /** Stops it: requests first, then the work, then the database. */
  close(): Promise<void>
}

/** Compiled as this file is, or its source beside this one's. */
const entry = fileURLToPath(new URL(`storage/child${extname(import.meta.url)}`, import.meta.url))

/**
 * Pooled connections of work and upkeep: the sweeper holds one for its lock, and uses a second; the claims, leases and
 * outcomes of the attempts, the deadlines, the markers of roots, the order of events and their feed have short statements.
 */
const workConnections = 4

/**
 * How much packing and copying give way to requests and the database. While a snapshot keeps two cores busy, the p99 of
 * 350 requests a second is 1.6 times that of a gateway with nothing else to do; without it 2.9 times. 19 made it 1.4
 * times, but beside a flood of requests leaves the work a hundredth of a core.
 */
const niceness = 10

/** Seconds without an event after which a watcher gets a bookmark. */
const quietTime = 30

/** Seconds that the storage has for a call that prepares or sweeps a root; then it counts as hanging. */
const upkeepTimeout = 60

/** Starts everything, in order. Rejects with a message for people where it cannot, having stopped what it started. */
export async function startGateway(
  config: Config,
  { serve, migrate, version, log }: GatewayOptions,
): Promise<Gateway> {
  const stops: [what: string, stop: () => Promise<unknown>][] = []
  let ready = false
  const close = async () => {
    ready = false
    const failures: unknown[] = []
    // In the reverse order. One that cannot be stopped keeps none of the others running.
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
    // A worker that listens on nothing counts nothing.
    const metrics = serve || config.http.metricsPort !== null ? createMetrics({ version }) : null
    if (works) await findTar()
    const documents = serve ? await loadDocuments(config.graphql) : undefined

    const { dataDir, snapshotsDir } = config.storage
    const place = { ...config.database, dataDir, archives: archivesIn(snapshotsDir) }
    const server = await openDatabase(place, log)
    stops.push(['the database server', server.close])
    const connectFor = (who: string, pool: number): Database => {
      const { statementTimeout } = config.database
      const onOutcome = logOutages(log, who)
      const database = connect(server.address, {
        pool,
        statementTimeout,
        onOutcome,
        observer: metrics?.statements,
      })
      stops.push([`database connections of ${who}`, database.close])
      return database
    }
    // Apart, so that no flood of requests keeps the work from renewing its leases and recording what came of it.
    const forRequests = connectFor('requests', config.database.pool)
    const forWork = connectFor('work and upkeep', workConnections)
    const installation = migrate
      ? await migrateDatabase(server.address, server)
      : await awaitSchema(server.address, server.installation, (reason) => log.warn({}, `waiting: ${reason}`))

    const startPool = (
      what: string,
      size: number,
      how: { callTimeout?: number; niceness?: number },
    ): StorageDriver => {
      const vfs = { ...config.storage, installation }
      const pool = createStoragePool({ entry, size, vfs, log, ...how })
      stops.push([`storage of ${what}`, pool.close])
      metrics?.watchStorage(what, pool.stuck)
      return pool.driver
    }
    // Apart, so that none holds up another. A pool that nobody calls has no processes.
    const storage = {
      ofRequests: startPool('requests', 1, { callTimeout: config.http.requestTimeout }),
      ofWork: startPool('work', config.worker.concurrency, { niceness }),
      ofUpkeep: startPool('upkeep', 1, { callTimeout: upkeepTimeout }),
    }
    if (config.storage.volumesDirIsDefault) await makeExampleVolume(config.storage.volumesDir)
    else void warnWithoutVolumes(config.storage.volumesDir, log) // not waited for: it may hang
    await markStorageRoots(server.address, { ...config.storage, driver: storage.ofUpkeep, log })
    if (works) void warnOfOneDisk(config.storage, log)

    const databaseAnswers = createReadiness((serve ? forRequests : forWork).db)
    const isReady = async () => ready && (await databaseAnswers())
    metrics?.watchDatabase(
      { db: forWork.db, use: (serve ? forRequests : forWork).use },
      config.worker.operationDeadline,
    )
    // The ports before the work: where one is taken, nothing was begun.
    const { host, metricsPort, metricsHosts } = config.http
    if (metrics && metricsPort !== null) {
      const place = { host, port: metricsPort, allowedHosts: metricsHosts }
      const monitoring = await startMonitoring({ ...place, metrics, isReady, log })
      stops.push(['monitoring', monitoring.close]) // closed late: what watches hears of the stop itself
    }
    const ordering = startOrdering({ database: forWork, log })
    stops.push(['the order of events', ordering.close])
    const observer = metrics?.work
    const { changed } = ordering
    stops.push([
      'deadlines',
      startDeadlines({ db: forWork.db, log, observer, changed, ...config.worker }).close,
    ])
    const requests = documents
      ? await listenForRequests(forRequests, storage.ofRequests, {
          documents,
          metrics,
          isReady,
          events: await followEvents(forWork, ordering),
        })
      : null
    if (works) await startWork(forWork, storage, { requests, metrics, changed })
    ready = true
    if (requests === null) return null
    const graphiql = documents?.trustedDocuments ? '' : ': open it in a browser for GraphiQL'
    log.info({ url: `${requests.url}/graphql` }, `ready${graphiql}`)
    return requests.url
  }

  async function followEvents(database: Database, ordering: Ordering): Promise<Events> {
    const feed = await EventFeed.open({ database, log })
    stops.push(['the feed of events', () => feed.close()])
    return { ordering, feed, quiet: quietTime }
  }

  async function listenForRequests(
    database: Database,
    driver: StorageDriver,
    {
      documents,
      metrics,
      isReady,
      events,
    }: {
      documents: DocumentOptions
      metrics: Metrics | null
      isReady: () => Promise<boolean>
      events: Events
    },
  ): Promise<Requests> {
    const { host, port, metricsPort } = config.http
    if (config.auth === null) throw new Error('unreachable: whoever listens has it configured')
    const authentication = await startAuthentication(config.auth, { database, log })
    stops.push(['authentication', authentication.close])
    const app = createServer({
      log,
      handles: {
        storage: new Map([[defaultDriver, { ...driver, ...createUris(config.storage) }]]),
        operationDeadline: config.worker.operationDeadline,
        events,
      },
      ...config.http,
      documents,
      authenticate: authentication.authenticate,
      isReady,
      closePatience: config.shutdownTimeout / 2,
      observer: metrics?.requests,
      metrics: metricsPort === null ? (metrics ?? undefined) : undefined,
    })
    let closed: Promise<void> | undefined
    const close = () => {
      closed ??= app.close()
      return closed
    }
    stops.push(['requests', close])
    return { url: await listen(app, { host, port, name: 'PORT' }), close }
  }

  async function startWork(
    database: Database,
    { ofWork, ofUpkeep }: Record<'ofWork' | 'ofUpkeep', StorageDriver>,
    {
      requests,
      metrics,
      changed,
    }: { requests: Requests | null; metrics: Metrics | null; changed: () => void },
  ): Promise<void> {
    const storage = new Map([[defaultDriver, ofWork]])
    const { concurrency, eventRetention } = config.worker
    const observer = metrics?.work
    void metrics?.readLastSuccesses(database.db, log) // not waited for
    const swept = new Map([[defaultDriver, ofUpkeep]])
    stops.push([
      'the sweeper',
      startSweeper({ database, storage: swept, log, eventRetention, observer }).close,
    ])
    const worker = await startWorker({ database, storage, concurrency, log, observer, changed })
    // With the requests, whose intake stops first: no new work is begun while those in flight finish.
    stops.push(['the worker', () => Promise.all([requests?.close(), worker.close()])])
    log.info({ concurrency }, 'the worker waits for work')
  }
}

/** What documents are accepted. Rejects where the trusted ones cannot be trusted. */
async function loadDocuments({
  limits,
  introspection,
  trustedDocuments: folder,
}: Config['graphql']): Promise<DocumentOptions> {
  const rules = { schema, limits, introspection }
  const trustedDocuments = folder === null ? null : await loadTrustedDocuments(folder, rules)
  return { limits, introspection, trustedDocuments }
}

/** The web server, once it listens. */
interface Requests {
  url: string
  close(): Promise<void>
}
