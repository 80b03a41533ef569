import { z } from 'zod'
import {
  duration,
  fileUrl,
  hosts,
  integer,
  keySet,
  networks,
  origins,
  path,
  postgresUrl,
  size,
  sizeBetween,
} from './parsers.ts'

/** The environment variables: how each is read, its default and what it means. The README's table is this. */
export const variables = {
  HOST: {
    schema: z.string(),
    default: '127.0.0.1',
    meaning: 'Address to listen on. AUTH=none: loopback only.',
  },
  PORT: { schema: integer(0, 65_535), default: '4000', meaning: 'Port to listen on; 0 takes a free one.' },
  METRICS_PORT: {
    schema: integer(0, 65_535),
    default: undefined,
    meaning:
      'A port of HOST for `/metrics`, `/healthz` and `/readyz` alone, open to whoever reaches it; of a worker too. Unset: `/metrics` is on PORT, for administrators of account 1a1.',
  },
  DATABASE_URL: {
    schema: postgresUrl,
    default: undefined,
    meaning: 'A Postgres server, 14 or newer, by a direct connection. Unset: the embedded one.',
  },
  DATABASE_POOL: {
    schema: integer(2, 1000),
    default: '10',
    meaning:
      'The most database connections for requests of a process; work and upkeep have 4 apart; beside them it may have some to cancel and to listen.',
  },
  STATEMENT_TIMEOUT: {
    schema: duration(0.1, 3600),
    default: '5s',
    meaning: 'How long a statement may take before the database gives it up.',
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
      'The user that the embedded Postgres runs as where the gateway runs as root. Unset: postgres, else nobody.',
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
    meaning: 'How many snapshots, backups and removals a worker carries out at a time.',
  },
  AUTH: {
    schema: z.enum(['none', 'keys', 'jwt'], 'must be none, keys or jwt'),
    default: 'none',
    meaning:
      'Who is let in. `none`: everyone, as the administrator of account 1a1. `keys`: API keys. `jwt`: tokens of an identity provider.',
  },
  JWT_JWKS: {
    schema: keySet,
    default: undefined,
    meaning: 'AUTH=jwt: the keys that tokens are checked with, a JSON Web Key Set, as a URL or a file.',
  },
  JWT_ISSUER: {
    schema: z.string(),
    default: undefined,
    meaning: 'AUTH=jwt: who issues the tokens, their claim `iss`.',
  },
  JWT_AUDIENCE: {
    schema: z.string(),
    default: undefined,
    meaning: 'AUTH=jwt: whom the tokens are for, one of their claim `aud`.',
  },
  LOG_LEVEL: {
    schema: z.enum(
      ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'],
      'must be one of fatal, error, warn, info, debug, trace, silent',
    ),
    default: 'info',
    meaning: 'The least serious that is logged: fatal, error, warn, info, debug, trace; or silent.',
  },
  CORS_ORIGINS: {
    schema: origins,
    default: undefined,
    meaning: 'Origins of web pages that may call the gateway, separated by commas. Unset: none.',
  },
  ALLOWED_HOSTS: {
    schema: hosts,
    default: undefined,
    meaning:
      'Hosts that it answers for beside localhost, separated by commas; `.example.org` is a domain with all below it. Unset: none with AUTH=none, else all.',
  },
  TRUSTED_PROXIES: {
    schema: networks,
    default: undefined,
    meaning:
      'Proxies whose X-Forwarded-For, -Proto, -Host and -Port are believed, as addresses or networks (`10.0.0.0/8`), separated by commas. Unset: none.',
  },
  RATE_LIMIT: {
    schema: integer(0, 100_000_000),
    default: undefined,
    meaning:
      'How many requests a minute a key, or without keys an address, may make of a gateway; 0: any number. Unset: 0 with AUTH=none, else 6000.',
  },
  MAX_BODY: {
    schema: sizeBetween('1KiB', '100MiB'),
    default: '1MiB',
    meaning: 'How large the body of a request may be.',
  },
  MAX_TOKENS: {
    schema: integer(100, 100_000),
    default: '5000',
    meaning: 'How many tokens a document may have: names, values and punctuation.',
  },
  MAX_DEPTH: {
    schema: integer(10, 500),
    default: '50',
    meaning: 'How many levels deep a document may nest, its fragments included.',
  },
  MAX_ALIASES: {
    schema: integer(0, 100_000),
    default: '100',
    meaning: 'How many fields of a document may have an alias.',
  },
  MAX_DIRECTIVES: {
    schema: integer(0, 100_000),
    default: '50',
    meaning: 'How many directives, such as `@include`, a document may have.',
  },
  MAX_COST: {
    schema: integer(1000, 1_000_000_000),
    default: '50000',
    meaning: 'How much a request may cost at most; docs/limits.md has the formula.',
  },
  INTROSPECTION: {
    schema: z.enum(['on', 'off'], 'must be on or off').transform((text) => text === 'on'),
    default: 'on',
    meaning: 'Whether callers may ask for the schema, as GraphiQL does.',
  },
  TRUSTED_DOCUMENTS: {
    schema: path,
    default: undefined,
    meaning:
      'A folder of GraphQL documents, the only ones that are accepted; GraphiQL is not served then. Unset: any document.',
  },
  RANCHER_V1: {
    schema: z.enum(['on', 'off'], 'must be on or off').transform((text) => text === 'on'),
    default: undefined,
    meaning: 'Whether `/v1` serves the resources of Rancher v1. Unset: on, but off with `TRUSTED_DOCUMENTS`.',
  },
  OPERATION_DEADLINE: {
    schema: duration(1, 30 * 86_400),
    default: '6h',
    meaning: 'How long accepted work may take, over all attempts and waiting, before it is given up.',
  },
  EVENT_RETENTION: {
    schema: duration(3600, 3650 * 86_400),
    default: '30d',
    meaning:
      'How long the events of snapshots are kept; a cursor that is older is refused with CURSOR_EXPIRED.',
  },
  REQUEST_TIMEOUT: {
    schema: duration(0.1, 3600),
    default: '30s',
    meaning: 'How long a request may take before it is ended and answered UNAVAILABLE.',
  },
  SHUTDOWN_TIMEOUT: { schema: duration(1, 3600), default: '10s', meaning: 'How long a stop may take.' },
  MIN_FREE_BYTES: {
    schema: size,
    default: '1GiB',
    meaning: 'How much space snapshots and backups leave free on their disks.',
  },
} as const satisfies Record<string, { schema: z.ZodType; default: string | undefined; meaning: string }>

export type VariableName = keyof typeof variables
/** What the variables say, each read by its schema. */
export type Values = {
  [K in VariableName]: (typeof variables)[K]['default'] extends string
    ? z.output<(typeof variables)[K]['schema']>
    : z.output<(typeof variables)[K]['schema']> | undefined
}
