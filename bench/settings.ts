import { type Kind, kinds } from './requests/kinds.ts'

/** How a run is made. Environment variables change what they name; bench/README.md lists them. */
export interface Settings {
  /** Ratios alone, in two minutes; nothing is written. */
  quick: boolean
  /** Where the seeded database is kept; null: in a temporary folder, which goes with the run. */
  dataDir: string | null
  /** A Postgres server; null: an embedded one. */
  databaseUrl: string | null
  snapshots: number
  volumes: number
  kinds: readonly Kind[]
  /** Those that run; null: all. */
  servers: readonly string[] | null
  connections: number
  rounds: number
  /** Of a turn that count, after those that do not. */
  seconds: number
  warmUpSeconds: number
  /** That each server answers of a kind before its first turn: statements are prepared then, and code compiled. */
  warmUpRequests: number
  /** Of the load after which the gateway's memory is looked at. */
  memorySeconds: number
  /** How many requests of each kind there are; they come round again. */
  requests: number
  /** How many answers of each kind are compared. */
  compared: number
}

const usual = {
  snapshots: 1_000_000,
  rounds: 5,
  seconds: 5,
  warmUpSeconds: 2,
  warmUpRequests: 2000,
  memorySeconds: 300,
}

const quickly = {
  snapshots: 100_000,
  rounds: 3,
  seconds: 0.8,
  warmUpSeconds: 0.2,
  warmUpRequests: 2000,
  memorySeconds: 0,
}

const quickServers = ['bare', 'mercurius', 'gateway', 'gateway-production']

export function readSettings(env: NodeJS.ProcessEnv, quick: boolean): Settings {
  const base = quick ? quickly : usual
  const snapshots = numberOf(env, 'BENCH_SNAPSHOTS', base.snapshots)
  return {
    ...base,
    quick,
    dataDir: env.BENCH_DATA_DIR || null,
    databaseUrl: env.BENCH_DATABASE_URL || null,
    snapshots,
    volumes: Math.max(1, Math.round(snapshots / 100)),
    kinds: listOf(env, 'BENCH_KINDS', kinds) ?? kinds,
    servers: listOf(env, 'BENCH_SERVERS') ?? (quick ? quickServers : null),
    connections: numberOf(env, 'BENCH_CONNECTIONS', 32),
    rounds: numberOf(env, 'BENCH_ROUNDS', base.rounds),
    seconds: numberOf(env, 'BENCH_SECONDS', base.seconds),
    memorySeconds: numberOf(env, 'BENCH_MEMORY_SECONDS', base.memorySeconds),
    requests: 2000,
    compared: 25,
  }
}

/** Whether it is what bench/README.md shows: everything, at full length. */
export function isWhole({ quick, kinds: asked, servers, snapshots, rounds, seconds }: Settings): boolean {
  return (
    !quick &&
    asked === kinds &&
    servers === null &&
    snapshots >= usual.snapshots &&
    rounds >= usual.rounds &&
    seconds >= usual.seconds
  )
}

function numberOf(env: NodeJS.ProcessEnv, name: string, usual: number): number {
  const value = Number(env[name] || usual)
  if (!(value >= 0)) throw new Error(`${name}=${env[name]}: must be a number`)
  return value
}

function listOf<T extends string>(
  env: NodeJS.ProcessEnv,
  name: string,
  possible?: readonly T[],
): readonly T[] | null {
  const names = env[name]?.split(',').filter(Boolean) as T[] | undefined
  if (!names?.length) return null
  for (const one of names)
    if (possible && !possible.includes(one)) throw new Error(`${name}: ${one} is none of ${possible}`)
  return names
}
