import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { OwnPostgres } from '../own-postgres.ts'
import { type GatewayProcess, startProcess } from '../process.ts'
import { temporaryDirectory } from '../storage.ts'

/** A process of a cluster, over its lives. */
export interface Replica {
  kind: 'gateway' | 'worker'
  /** Null while it is down. */
  running: GatewayProcess | null
  /** Whether it was sent a signal, so that its connections may break and it may say that it stops. */
  leaving: boolean
}

/** Gateways that do no work and workers, on one database and the same folders. */
export interface Cluster {
  cwd: string
  replicas: Replica[]
  /** Every process that ever was. */
  lives: { process: GatewayProcess; replica: Replica }[]
  start(replica: Replica): Promise<void>
  /** Ends it, and waits until it has. A stop has to end with 0. */
  end(replica: Replica, signal: 'SIGKILL' | 'SIGTERM'): Promise<void>
}

/** Names of the volumes that a cluster's folder has for each account, below its root. */
export const volumeNames = ['small', 'other', 'large'] as const
export const volumesRoots = ['', 'two', 'three'] as const

export async function startCluster(
  server: OwnPostgres,
  { gateways, workers }: { gateways: number; workers: number },
): Promise<Cluster> {
  const cwd = temporaryDirectory()
  for (const root of volumesRoots)
    for (const name of volumeNames) {
      const folder = join(cwd, 'data/volumes', root, name)
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'file'), randomBytes(name === 'large' ? 12 * 2 ** 20 : 2000))
    }
  const replicas: Replica[] = [
    ...Array.from({ length: gateways }, () => 'gateway' as const),
    ...Array.from({ length: workers }, () => 'worker' as const),
  ].map((kind) => ({ kind, running: null, leaving: false }))
  const lives: Cluster['lives'] = []
  const start: Cluster['start'] = async (replica) => {
    const env = { DATABASE_URL: server.url, MIN_FREE_BYTES: '0B' }
    const process =
      replica.kind === 'gateway'
        ? await startProcess(['--port', '0'], { ...env, WORKER: 'off', AUTH: 'keys' }, { cwd })
        : await startProcess(['worker'], env, { cwd })
    lives.push({ process, replica })
    Object.assign(replica, { running: process, leaving: false })
  }
  const end: Cluster['end'] = async (replica, signal) => {
    replica.leaving = true
    const status = await replica.running?.stop(signal)
    replica.running = null
    if (signal === 'SIGTERM') expect(status).toBe(0)
  }
  const [first, ...others] = replicas
  if (first) await start(first) // which marks the folders
  await Promise.all(others.map(start))
  return { cwd, replicas, lives, start, end }
}
