import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import postgres, { type Sql } from 'postgres'
import { expect, onTestFinished } from 'vitest'
import type { DatabaseAddress } from '../../../src/database/database.ts'
import { eventually } from '../eventually.ts'
import { createVolume, serve } from '../main-job.ts'
import { type GatewayProcess, startProcess } from '../process.ts'
import { temporaryDirectory } from '../storage.ts'
import { embeddedAddress, embeddedProcesses } from './embedded-database.ts'
import { createSaboteur, type Target } from './saboteur.ts'
import { startStatementProxy } from './statement-proxy.ts'
import type { FilePlan } from './steps.ts'

/** What a mutation answered. */
export interface Answer {
  id: string
  replayed: boolean
}

/** An installation that is killed and started again: its folders, its database behind a proxy, the program. */
export interface Installation {
  readonly gateway: GatewayProcess
  /** Of the test itself, past the proxy. */
  readonly sql: Sql
  /** The processes of the embedded database; null where it uses another. */
  readonly server: number[] | null
  /** The directory of the volume, and its id. */
  volume: string
  volumeId: string
  root(kind: 'snapshots' | 'backups'): string
  /** A path beside the folders. */
  file(name: string): string
  /** Sends a mutation; null where the program died before it answered. Throws where it was refused. */
  ask(mutation: string, input: object): Promise<Answer | null>
  /** Lets the storage processes go by this plan; null: by none. */
  plan(plan: FilePlan | null): void
  /** From now on writes the names of all steps into one list, which the result returns. */
  trace(method: string): () => string[]
  /** Kills the program at this statement from now on. */
  killAt(target: Target): void
  /** Once the program was killed and its connections are gone. */
  dead(): Promise<void>
  /** Ends the leases of the dead, which else last for up to 30 s. */
  endLeases(): Promise<void>
  start(plan?: FilePlan): Promise<void>
  /** Starts the program, which dies by this plan before it is ready. */
  startInVain(plan: FilePlan): Promise<void>
}

const preload = fileURLToPath(new URL('preload.mjs', import.meta.url))

export async function createInstallation(
  address: DatabaseAddress | 'embedded',
  settings: Record<string, string> = {},
): Promise<Installation> {
  const cwd = temporaryDirectory()
  const file = (name: string) => join(cwd, name)
  const isEmbedded = address === 'embedded'
  let gateway: GatewayProcess | undefined
  let client = isEmbedded ? null : connectTo(address)
  const saboteur = createSaboteur(() => void gateway?.process.kill('SIGKILL'))
  const proxy = isEmbedded ? null : await startStatementProxy(address, saboteur)
  onTestFinished(async () => {
    proxy?.close()
    await client?.end()
  })

  const env = {
    ...(proxy && { DATABASE_URL: proxy.url }),
    VOLUMES_DIR: file('volumes'),
    BACKUP_TARGET: `file://${file('backups')}`,
    MIN_FREE_BYTES: '1MiB',
    NODE_OPTIONS: `--import=${preload}`,
    CRASH_PLAN: file('plan.json'),
    ...settings,
  }
  const plan = (next: FilePlan | null) => {
    if (next === null) return rmSync(file('plan.json'), { force: true })
    writeFileSync(file('plan.new'), JSON.stringify(next))
    renameSync(file('plan.new'), file('plan.json')) // whole, whenever it is read
  }
  const start = async (first: FilePlan | null = null) => {
    plan(first)
    gateway = await startProcess(serve, env, { cwd })
    if (!isEmbedded) return
    await client?.end()
    client = connectTo(embeddedAddress(file('data')))
  }
  const running = () => {
    if (!gateway) throw new Error('nothing was started')
    return gateway
  }
  const sql = () => {
    if (!client) throw new Error('there is no database')
    return client
  }

  const volume = makeVolumeDirectory(file('volumes'))
  await start()
  const volumeId = await createVolume(running(), 'db')
  return {
    get gateway() {
      return running()
    },
    get sql() {
      return sql()
    },
    get server() {
      return isEmbedded ? embeddedProcesses(file('data')) : null
    },
    volume,
    volumeId,
    root: (kind) => (kind === 'snapshots' ? file('data/snapshots') : file('backups')),
    file,
    ask: (mutation, input) => ask(running(), mutation, input),
    plan,
    trace: (method) => {
      const path = file('trace')
      rmSync(path, { force: true })
      plan({ method, trace: path })
      saboteur.trace(path)
      return () => {
        saboteur.stop()
        return readFileSync(path, 'utf8').trim().split('\n')
      }
    },
    killAt: saboteur.strikeAt,
    dead: async () => {
      const { process: child } = running()
      if (child.signalCode === null) await once(child, 'exit', { signal: AbortSignal.timeout(60_000) })
      expect(child.signalCode).toBe('SIGKILL')
      saboteur.stop()
      plan(null)
      if (isEmbedded) return
      await eventually(async () => {
        const others = await sql()`
          select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`
        expect(others).toHaveLength(0)
      })
    },
    endLeases: async () => {
      for (const table of ['snapshot', 'backup'])
        await sql()`
          update ${sql()(table)} set lease_expires = now(), run_after = now() where lease_token is not null`
    },
    start,
    startInVain: async (first) => {
      plan(first)
      await expect(startProcess(serve, env, { cwd })).rejects.toThrow('it ended with null')
      plan(null)
    },
  }
}

function connectTo(address: DatabaseAddress): Sql {
  const options = { max: 1, onnotice: () => {} }
  return 'url' in address ? postgres(address.url, options) : postgres({ ...address, ...options })
}

async function ask(gateway: GatewayProcess, mutation: string, input: object): Promise<Answer | null> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      query: `mutation ($input: ${type}!) { result: ${mutation}(input: $input) { ... on Resource { id } } }`,
      variables: { input },
    }),
  }).catch(() => null)
  const body = await response?.json().catch(() => null)
  if (!body) return null
  if (!body.data?.result?.id) throw new Error(`${mutation} was refused: ${JSON.stringify(body)}`)
  return { id: body.data.result.id, replayed: body.extensions?.idempotentReplay === true }
}

/** A directory that takes several writes to pack. */
function makeVolumeDirectory(volumes: string): string {
  const volume = join(volumes, 'db')
  mkdirSync(join(volume, 'deep/er'), { recursive: true })
  writeFileSync(join(volume, 'large'), randomBytes(2 ** 20))
  writeFileSync(join(volume, 'deep/er/small'), 'x')
  symlinkSync('deep/er/small', join(volume, 'link'))
  return volume
}
