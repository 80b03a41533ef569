import { spawn } from 'node:child_process'
import { chown, mkdtemp, open, readFile, rename, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Account } from './account.ts'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import {
  findServer,
  isPostmaster,
  isServedElsewhere,
  type Postmaster,
  readPostmaster,
  socketFolderPrefix,
} from './postmaster.ts'
import { postgresEnvironment } from './run.ts'

/** Seconds that a start may take: recovery after a crash reads the log of all that was written since. */
const patience = 120
/** Seconds to wait for backends that outlive their postmaster. */
const survivors = 3
/** Bytes of a UNIX socket's path, of which the system allows some more. */
const longestSocketPath = 100

export interface ServerStart {
  /** The program. */
  postgres: string
  /** The cluster's. */
  folder: string
  account: Account | null
  /** Where clients expect the socket; left out: in the cluster's folder, or where its path would be too long, elsewhere. */
  socketFolder?: string | undefined
}

/**
 * Starts the server of a cluster and waits until it serves. It goes on when this process ends. One that is starting or
 * stopping is waited for.
 */
export async function startServer(start: ServerStart): Promise<Postmaster> {
  const { folder } = start
  const running = await settle(folder)
  if (running) return running
  if (await isServedElsewhere(folder))
    throw new EmbeddedPostgresError(
      `the embedded database of ${folder} is served by another container: set DATABASE_URL to share a database`,
    )
  for (const end = performance.now() + survivors * 1000; ; await pause(100)) {
    const failure = await tryStart(start)
    if (typeof failure !== 'string') return failure
    if (performance.now() > end || !/shared memory block .* is still in use/.test(failure))
      throw new EmbeddedPostgresError(
        `the embedded database does not start: ${failure} (its log is ${logOf(folder)})`,
      )
  }
}

/** Waits while a server of the cluster is starting or stopping; the one that serves then, if any. */
async function settle(folder: string): Promise<Postmaster | null> {
  for (const end = performance.now() + patience * 1000; performance.now() < end; await pause(50)) {
    const serving = await findServer(folder)
    if (serving) return serving
    const found = readPostmaster(folder)
    if (!found || !isPostmaster(folder, found)) return null
  }
  throw new EmbeddedPostgresError(
    `the embedded database neither serves nor ends after ${patience} s (its log is ${logOf(folder)})`,
  )
}

async function tryStart({
  postgres,
  folder,
  account,
  socketFolder,
}: ServerStart): Promise<Postmaster | string> {
  const socket = socketFolder ?? (await chooseSocketFolder(folder, account))
  const log = await openLog(folder)
  const { size: written } = await log.stat()
  const settings = {
    listen_addresses: '',
    // A list: a comma or a space in a path would part it.
    unix_socket_directories: `"${socket.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    max_connections: '200',
    shared_buffers: '64MB',
    log_checkpoints: 'off',
  }
  const server = spawn(
    postgres,
    [
      '-D',
      join(folder, 'data'),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    {
      // A process group of its own: Ctrl-C in the terminal is for the gateway, which then stops the server.
      detached: true,
      cwd: '/',
      stdio: ['ignore', log.fd, log.fd],
      env: { ...postgresEnvironment(), ...recycledPid(folder) },
      ...account,
    },
  )
  server.unref()
  let ended = false
  let failure: Error | undefined
  server.once('exit', () => {
    ended = true
  })
  server.once('error', (error) => {
    ended = true
    failure = error
  })
  // Where this process ends meanwhile, before the server has written its pid.
  const end = () => void server.kill('SIGINT')
  process.once('exit', end)
  try {
    await log.close()
    for (const end = performance.now() + patience * 1000; performance.now() < end; await pause(15)) {
      if (ended) return failure?.message ?? (await lastLines(folder, written))
      const found = await findServer(folder)
      if (found && found.pid === server.pid) return found
    }
    server.kill('SIGINT')
    return `it is not ready after ${patience} s`
  } finally {
    process.off('exit', end)
  }
}

/**
 * A pid in postmaster.pid that another program has got since, or that was not reaped, makes Postgres believe that its
 * server still runs. It takes no notice of its parents' pids, though, so that one is told to be its grandparent's.
 */
function recycledPid(folder: string): Record<string, string> {
  const found = readPostmaster(folder)
  if (!found || isPostmaster(folder, found)) return {}
  return { PG_GRANDPARENT_PID: String(found.pid) }
}

async function chooseSocketFolder(folder: string, account: Account | null): Promise<string> {
  if (Buffer.byteLength(join(folder, '.s.PGSQL.5432.lock')) <= longestSocketPath) return folder
  const temporary = await mkdtemp(join(tmpdir(), socketFolderPrefix)) // 0700
  if (account) await chown(temporary, account.uid, account.gid)
  return temporary
}

function logOf(folder: string): string {
  return join(folder, 'log')
}

/** The server's log, beside its data; begun anew at 10 MB, with the one before kept. */
async function openLog(folder: string) {
  const path = logOf(folder)
  const size = await stat(path).then(
    (stats) => stats.size,
    () => 0,
  )
  if (size > 10_000_000) await rename(path, `${path}.1`)
  return open(path, 'a', 0o600)
}

async function lastLines(folder: string, from: number): Promise<string> {
  const text = (await readFile(logOf(folder))).subarray(from).toString()
  return text.trim().split('\n').slice(-5).join(' | ') || 'it says nothing'
}
