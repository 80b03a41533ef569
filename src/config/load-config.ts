import { isIPv4 } from 'node:net'
import { isAbsolute, join, resolve } from 'node:path'
import { isWithin, pathsOverlap } from '../paths.ts'
import { type AuthConfig, readAuth } from './auth-config.ts'
import { type Values, type VariableName, variables } from './variables.ts'

/** The configuration, by purpose; durations in seconds, sizes in bytes, paths absolute. */
export interface Config {
  readonly http: {
    readonly host: string
    readonly port: number
    /** Null: none of its own. */
    readonly metricsPort: number | null
    /** Of its own port; null: all. */
    readonly metricsHosts: readonly string[] | null
    readonly corsOrigins: readonly string[]
    /** Null: all. */
    readonly allowedHosts: readonly string[] | null
    readonly trustedProxies: readonly string[]
    /** For a caller; 0: any number. */
    readonly requestsPerMinute: number
    readonly maxBody: number
    /** Whether /v1 is served. */
    readonly rancherV1: boolean
    readonly requestTimeout: number
  }
  /** Null where it does not listen, and so need not be complete. */
  readonly auth: AuthConfig | null
  readonly graphql: {
    readonly limits: {
      readonly tokens: number
      readonly depth: number
      readonly aliases: number
      readonly directives: number
      readonly cost: number
    }
    readonly introspection: boolean
    /** The folder of the only documents that are accepted; null: any document is. */
    readonly trustedDocuments: string | null
  }
  readonly database: {
    /** Null: the embedded server. */
    readonly url: string | null
    readonly pool: number
    readonly statementTimeout: number
    readonly embeddedUser: string | null
  }
  readonly storage: {
    readonly dataDir: string
    readonly volumesDir: string
    /** Whether VOLUMES_DIR was left to its default, so that a first start may put an example there. */
    readonly volumesDirIsDefault: boolean
    readonly snapshotsDir: string
    readonly backupsDir: string
    readonly minFreeBytes: number
  }
  readonly worker: {
    readonly enabled: boolean
    readonly concurrency: number
    readonly operationDeadline: number
    readonly eventRetention: number
  }
  readonly logLevel: string
  readonly shutdownTimeout: number
}

/** What a problem does not repeat of them: they are URLs, and those may hold a password. */
const mayHoldPassword: readonly VariableName[] = ['DATABASE_URL', 'JWT_JWKS']

/** Every problem of the environment at once, one a line. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

/**
 * Reads the configuration from an environment; an empty value is an unset one. Throws ConfigError with every
 * problem. Relative paths are taken from `cwd`. `listens`: whether HOST matters, as it does to serve alone; workers
 * often share an environment with gateways.
 */
export function loadConfig(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
  { listens = true }: { listens?: boolean } = {},
): Config {
  const problems: string[] = []
  const read = (name: VariableName): unknown => {
    const text = env[name] || variables[name].default
    if (text === undefined) return undefined
    const result = variables[name].schema.safeParse(text)
    if (result.success) return result.data
    for (const issue of result.error.issues)
      problems.push(`${name}=${mayHoldPassword.includes(name) ? '…' : text}: ${issue.message}`)
    return undefined
  }
  const values = Object.fromEntries(
    (Object.keys(variables) as VariableName[]).map((name) => [name, read(name)]),
  ) as Values
  if (listens && values.AUTH === 'none' && values.HOST !== undefined && !isLoopback(values.HOST))
    problems.push(
      `HOST=${values.HOST}: AUTH=none lets everyone in, so it listens on loopback only (127.0.0.1, ::1 or localhost); to listen elsewhere set AUTH=keys or jwt`,
    )
  const { auth, missing } = readAuth(values, cwd)
  for (const name of missing) if (listens && !env[name]) problems.push(`${name}: must be set where AUTH=jwt`) // else it is wrong, and told
  if (listens && values.METRICS_PORT && values.METRICS_PORT === values.PORT)
    problems.push(`METRICS_PORT=${values.METRICS_PORT}: must be another than PORT`)
  const absolute = (text: string) => (isAbsolute(text) ? resolve(text) : resolve(cwd, text))
  const dataDir = absolute(values.DATA_DIR ?? '')
  const target = values.BACKUP_TARGET
  for (const kept of ['snapshots', 'postgres'])
    if (target !== undefined && pathsOverlap(join(dataDir, kept), target))
      problems.push(`BACKUP_TARGET=file://${target}: must be apart from DATA_DIR/${kept}`)
  const volumesDir =
    values.VOLUMES_DIR === undefined ? join(dataDir, 'volumes') : absolute(values.VOLUMES_DIR)
  if (target !== undefined && isWithin(volumesDir, target))
    problems.push(`BACKUP_TARGET=file://${target}: must not hold VOLUMES_DIR, ${volumesDir}`)
  for (const kept of ['snapshots', 'postgres'])
    if (isWithin(volumesDir, join(dataDir, kept)))
      problems.push(`VOLUMES_DIR=${values.VOLUMES_DIR}: must be apart from DATA_DIR/${kept}`)
  if (problems.length > 0) throw new ConfigError(problems)

  return freeze({
    http: {
      host: values.HOST,
      port: values.PORT,
      metricsPort: values.METRICS_PORT ?? null,
      metricsHosts: isLoopback(values.HOST) ? (values.ALLOWED_HOSTS ?? []) : null,
      corsOrigins: values.CORS_ORIGINS ?? [],
      allowedHosts: values.ALLOWED_HOSTS ?? (values.AUTH === 'none' ? [] : null),
      trustedProxies: values.TRUSTED_PROXIES ?? [],
      requestsPerMinute: values.RATE_LIMIT ?? (values.AUTH === 'none' ? 0 : 6000),
      maxBody: values.MAX_BODY,
      // Where all but known documents are refused, nothing else that reads what it likes is let in unasked.
      rancherV1: values.RANCHER_V1 ?? values.TRUSTED_DOCUMENTS === undefined,
      requestTimeout: values.REQUEST_TIMEOUT,
    },
    auth,
    graphql: {
      limits: {
        tokens: values.MAX_TOKENS,
        depth: values.MAX_DEPTH,
        aliases: values.MAX_ALIASES,
        directives: values.MAX_DIRECTIVES,
        cost: values.MAX_COST,
      },
      introspection: values.INTROSPECTION,
      trustedDocuments: values.TRUSTED_DOCUMENTS === undefined ? null : absolute(values.TRUSTED_DOCUMENTS),
    },
    database: {
      url: values.DATABASE_URL ?? null,
      pool: values.DATABASE_POOL,
      statementTimeout: values.STATEMENT_TIMEOUT,
      embeddedUser: values.EMBEDDED_USER ?? null,
    },
    storage: {
      dataDir,
      volumesDir,
      volumesDirIsDefault: values.VOLUMES_DIR === undefined,
      snapshotsDir: join(dataDir, 'snapshots'),
      backupsDir: values.BACKUP_TARGET ?? join(dataDir, 'backups'),
      minFreeBytes: values.MIN_FREE_BYTES,
    },
    worker: {
      enabled: values.WORKER,
      concurrency: values.WORKER_CONCURRENCY,
      operationDeadline: values.OPERATION_DEADLINE,
      eventRetention: values.EVENT_RETENTION,
    },
    logLevel: values.LOG_LEVEL,
    shutdownTimeout: values.SHUTDOWN_TIMEOUT,
  })
}

/** Whether only this machine can reach the address. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part)
  return Object.freeze(value)
}
