import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres, { type Sql } from 'postgres'
import { onTestFinished } from 'vitest'
import { findBinaries } from '../../src/database/embedded/binaries.ts'
import { makeCluster } from '../../src/database/embedded/make-cluster.ts'
import { chooseOsUser } from '../../src/database/embedded/os-user.ts'
import { isRunning } from '../../src/database/embedded/process-identity.ts'
import { eventually } from './eventually.ts'

/** How a server is stopped: after its clients are sent away, as after a crash, or by killing every process of it. */
export type Stop = 'fast' | 'immediate' | 'kill'

/** A Postgres server that a test may stop, start and freeze. */
export interface OwnPostgres {
  url: string
  /** Of its files, its user's. */
  folder: string
  /** Starts it, and waits until it serves; `settings` as on its command line, kept for later starts. */
  start(settings?: Record<string, string>): Promise<void>
  stop(how?: Stop): Promise<void>
  /** Freezes every process of it, or lets them go on. */
  freeze(): void
  thaw(): void
  /** Runs statements on a connection of the test's own, made for it. */
  ask<R>(work: (sql: Sql) => Promise<R>): Promise<R>
}

const password = 'test'

/** Makes a cluster of the embedded binaries and starts its server, on a port of loopback. It ends with the test. */
export async function startOwnPostgres(settings: Record<string, string> = {}): Promise<OwnPostgres> {
  const user = await chooseOsUser(null)
  const parent = mkdtempSync(join(tmpdir(), 'snapshot-gateway-own-'))
  chmodSync(parent, 0o755)
  const folder = join(parent, 'cluster')
  const copies = process.getuid?.() === 0 ? '/var/lib/snapshot-gateway' : parent
  const binaries = await findBinaries(user, copies, () => {})
  await makeCluster(binaries.initdb, folder, user, password)
  const port = await freePort()
  const url = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`
  const defaults = { listen_addresses: '127.0.0.1', port: String(port), unix_socket_directories: '' }
  let given = settings
  let server: ChildProcess | null = null
  let said = ''

  const ask: OwnPostgres['ask'] = async (work) => {
    const sql = postgres(url, { max: 1, connect_timeout: 2, onnotice: () => {} })
    return work(sql).finally(() => sql.end({ timeout: 1 }))
  }
  const processes = () => (server?.pid === undefined ? [] : [server.pid, ...childrenOf(server.pid)])
  const signalAll = (signal: NodeJS.Signals) => {
    for (const pid of processes())
      try {
        process.kill(pid, signal)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it has ended by itself
      }
  }
  const own: OwnPostgres = {
    url,
    folder,
    start: async (more) => {
      given = { ...given, ...more }
      const options = Object.entries({ ...defaults, ...given }).flatMap(([name, value]) => [
        '-c',
        `${name}=${value}`,
      ])
      server = spawn(binaries.postgres, ['-D', join(folder, 'data'), ...options], {
        cwd: '/',
        env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
        stdio: ['ignore', 'ignore', 'pipe'],
        ...user,
      })
      server.stderr?.on('data', (text) => {
        said += text
      })
      await eventually(async () => {
        if (server?.exitCode !== null) throw new Error(`the server has ended: ${said}`)
        await ask((sql) => sql`select 1`)
      }, 30_000)
    },
    stop: async (how = 'fast') => {
      if (!server?.pid || server.exitCode !== null || server.signalCode !== null) return
      const all = processes()
      const ended = once(server, 'exit')
      if (how === 'kill') signalAll('SIGKILL')
      else server.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT')
      await ended
      await eventually(() => {
        if (all.some(isRunning)) throw new Error('a process of the server is left')
      })
    },
    freeze: () => signalAll('SIGSTOP'),
    thaw: () => signalAll('SIGCONT'),
    ask,
  }
  onTestFinished(async () => {
    own.thaw()
    await own.stop('immediate')
    rmSync(parent, { recursive: true, force: true })
  })
  await own.start()
  return own
}

function childrenOf(pid: number): number[] {
  try {
    return execFileSync('ps', ['-o', 'pid=', '--ppid', String(pid)], { encoding: 'utf8' })
      .split('\n')
      .map(Number)
      .filter((child) => child > 0)
  } catch {
    return [] // ps finds none
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}
