import { isIPv4 } from 'node:net'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

/** Every problem of the environment at once, one a line. */
export class ConfigError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'ConfigError'
    this.problems = problems
  }
}

const integer = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, `must be a whole number from ${minimum} to ${maximum}`)
    .transform(Number)
    .refine((number) => number >= minimum && number <= maximum, `must be from ${minimum} to ${maximum}`)

const secondsOf = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400 } as const
/** In seconds. */
const duration = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d{1,9}(ms|s|m|h|d)$/, 'must be a duration such as 500ms, 30s, 5m or 6h')
    .transform((text) => {
      const [, number = '', unit = 's'] = /^(\d+)(.+)$/.exec(text) ?? []
      return Number(number) * secondsOf[unit as keyof typeof secondsOf]
    })
    .refine((seconds) => seconds >= minimum && seconds <= maximum, `must be from ${minimum}s to ${maximum}s`)

const bytesOf = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const
/** In bytes. */
const size = z
  .string()
  .regex(/^\d{1,6}(B|KiB|MiB|GiB|TiB)$/, 'must be a size such as 500MiB or 1GiB')
  .transform((text) => {
    const [, number = '', unit = 'B'] = /^(\d+)(.+)$/.exec(text) ?? []
    return Number(number) * bytesOf[unit as keyof typeof bytesOf]
  })

const path = z.string().refine((text) => !text.includes('\0'), 'must not contain U+0000')

const postgresUrl = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) && url.hostname !== ''
}, 'must be a URL such as postgres://user:password@host:5432/database')

/** As an absolute path, in one spelling: a root is known by it. */
const fileUrl = z.string().transform((text, context) => {
  try {
    const { search, hash } = new URL(text)
    const path = resolve(fileURLToPath(text)) // throws for what is no file, or has a host or an encoded slash
    if (/^file:\/\/\//.test(text) && search === '' && hash === '' && !path.includes('\0')) return path
  } catch {} // told with the rest
  context.addIssue({
    code: 'custom',
    message: 'must be file:///absolute/path; other targets are not available',
  })
  return z.NEVER
})

const origins = z.string().transform((text, context) => {
  const list = text.split(',').map((part) => part.trim())
  for (const origin of list)
    if (!URL.canParse(origin) || new URL(origin).origin !== origin)
      context.addIssue({
        code: 'custom',
        message: `must be origins such as https://console.example.org, separated by commas; ${origin} is none`,
      })
  return list
})

/** The environment variables: how each is read, its default and what it means. The README's table is this. */
export const variables = {
  HOST: {
    schema: z.string(),
    default: '127.0.0.1',
    meaning: 'Address to listen on. AUTH=none: loopback only.',
  },
  PORT: { schema: integer(0, 65_535), default: '4000', meaning: 'Port to listen on; 0 takes a free one.' },
  DATABASE_URL: {
    schema: postgresUrl,
    default: undefined,
    meaning: 'A Postgres server, 14 or newer, by a direct connection. Unset: the embedded one.',
  },
  DATABASE_POOL: {
    schema: integer(2, 1000),
    default: '10',
    meaning: 'Database connections at most, for each process.',
  },
  STATEMENT_TIMEOUT: {
    schema: duration(0.1, 3600),
    default: '5s',
    meaning: 'When the database gives up a statement.',
  },
  DATA_DIR: {
    schema: path,
    default: './data',
    meaning: 'The embedded database, the snapshots and, unless set otherwise, volumes and backups.',
  },
  EMBEDDED_USER: {
    schema: z.string(),
    default: undefined,
    meaning:
      'The account that the embedded Postgres runs as where the gateway runs as root. Unset: postgres, else nobody.',
  },
  VOLUMES_DIR: { schema: path, default: undefined, meaning: 'Where volumes are. Unset: `DATA_DIR/volumes`.' },
  BACKUP_TARGET: {
    schema: fileUrl,
    default: undefined,
    meaning: 'Where backups go, as `file:///absolute/path`. Unset: `DATA_DIR/backups`, the same disk.',
  },
  WORKER: {
    schema: z.enum(['on', 'off'], 'must be on or off').transform((text) => text === 'on'),
    default: 'on',
    meaning: 'Whether this process also does the work, or leaves it to `snapshot-gateway worker`.',
  },
  WORKER_CONCURRENCY: {
    schema: integer(1, 64),
    default: '2',
    meaning: 'Snapshots, backups and removals at a time.',
  },
  AUTH: {
    schema: z.string().refine((text) => text === 'none', {
      error: (issue) =>
        ['keys', 'jwt'].includes(String(issue.input))
          ? `${issue.input} is not available yet; only none is`
          : 'must be none; keys and jwt are not available yet',
    }),
    default: 'none',
    meaning: '`none`: everyone is the administrator of account 1a1. `keys` and `jwt` are not available yet.',
  },
  LOG_LEVEL: {
    schema: z.enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be one of fatal, error, warn, info, debug, trace, silent',
    ),
    default: 'info',
    meaning: 'What is logged: fatal, error, warn, info, debug, trace or silent.',
  },
  CORS_ORIGINS: {
    schema: origins,
    default: undefined,
    meaning: 'Origins of web pages that may call the gateway, separated by commas. Unset: none.',
  },
  OPERATION_DEADLINE: {
    schema: duration(1, 30 * 86_400),
    default: '6h',
    meaning: 'When accepted work is given up, over all attempts and waiting.',
  },
  REQUEST_TIMEOUT: {
    schema: duration(0.1, 3600),
    default: '30s',
    meaning: 'When a request that waits for storage is answered UNAVAILABLE.',
  },
  SHUTDOWN_TIMEOUT: { schema: duration(1, 3600), default: '10s', meaning: 'How long a stop may take.' },
  MIN_FREE_BYTES: {
    schema: size,
    default: '1GiB',
    meaning: 'Space that snapshots and backups leave free on their disks.',
  },
} as const satisfies Record<string, { schema: z.ZodType; default: string | undefined; meaning: string }>

export type VariableName = keyof typeof variables
type Values = {
  [K in VariableName]: (typeof variables)[K]['default'] extends string
    ? z.output<(typeof variables)[K]['schema']>
    : z.output<(typeof variables)[K]['schema']> | undefined
}

/** The configuration, by purpose; durations in seconds, sizes in bytes, paths absolute. */
export interface Config {
  readonly http: {
    readonly host: string
    readonly port: number
    readonly corsOrigins: readonly string[]
    readonly requestTimeout: number
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
    readonly backupsDirIsDefault: boolean
    readonly minFreeBytes: number
  }
  readonly worker: {
    readonly enabled: boolean
    readonly concurrency: number
    readonly operationDeadline: number
  }
  readonly logLevel: string
  readonly shutdownTimeout: number
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
      problems.push(`${name}=${name === 'DATABASE_URL' ? '…' : text}: ${issue.message}`)
    return undefined
  }
  const values = Object.fromEntries(
    (Object.keys(variables) as VariableName[]).map((name) => [name, read(name)]),
  ) as Values
  if (listens && values.AUTH === 'none' && values.HOST !== undefined && !isLoopback(values.HOST))
    problems.push(
      `HOST=${values.HOST}: AUTH=none lets everyone in, so it listens on loopback only (127.0.0.1, ::1 or localhost)`,
    )
  const absolute = (text: string) => (isAbsolute(text) ? resolve(text) : resolve(cwd, text))
  const dataDir = absolute(values.DATA_DIR ?? '')
  const target = values.BACKUP_TARGET
  for (const kept of ['snapshots', 'postgres'])
    if (target !== undefined && overlap(join(dataDir, kept), target))
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
      corsOrigins: values.CORS_ORIGINS ?? [],
      requestTimeout: values.REQUEST_TIMEOUT,
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
      backupsDirIsDefault: values.BACKUP_TARGET === undefined,
      minFreeBytes: values.MIN_FREE_BYTES,
    },
    worker: {
      enabled: values.WORKER,
      concurrency: values.WORKER_CONCURRENCY,
      operationDeadline: values.OPERATION_DEADLINE,
    },
    logLevel: values.LOG_LEVEL,
    shutdownTimeout: values.SHUTDOWN_TIMEOUT,
  })
}

/** Whether two absolute paths are the same, or one is inside the other. */
function overlap(a: string, b: string): boolean {
  return isWithin(a, b) || isWithin(b, a)
}

/** Whether an absolute path is another one, or inside it. */
function isWithin(path: string, outer: string): boolean {
  return `${path}/`.startsWith(`${outer}/`)
}

/** Whether only this machine can reach the address. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'))
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value)) if (typeof part === 'object' && part !== null) freeze(part)
  return Object.freeze(value)
}
