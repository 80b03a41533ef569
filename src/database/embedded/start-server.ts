import { spawn } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import type { OsUser } from './os-user.ts'
import {
  findServer,
  isPostmaster,
  isServedElsewhere,
  type Postmaster,
  readPostmaster,
  stopServer,
} from './postmaster.ts'
import { postgresEnvironment } from './run.ts'
import { lastLines, openServerLog, serverLogOf } from './server-log.ts'
import { chooseSocketFolder, remakeSocketFolder, socketName } from './socket-folder.ts'

/** Seconds that a start may take: recovery after a crash reads the log of all that was written since. */
const startPatience = 120
/** Seconds to wait for backends that outlive their postmaster. */
const survivorPatience = 3
/** Seconds after which a server that is ready and does not answer is stopped. */
const socketPatience = 3

export interface ServerStart {
  /** The program. */
  postgres: string
  /** The cluster's. */
  folder: string
  user: OsUser | null
  /** Where clients expect the socket; left out: in the cluster's folder, or where its path would be too long, elsewhere. */
  socketFolder?: string | undefined
}

/**
 * Starts the server of a cluster and waits until it serves. It goes on when this process ends. One that is starting or
 * stopping is waited for.
 */
export async function startServer(start: ServerStart): Promise<Postmaster> {
  const { folder } = start
  const running = await waitWhileChanging(folder)
  if (running) return running
  if (await isServedElsewhere(folder))
    throw new EmbeddedPostgresError(
      `the embedded database of ${folder} is served by another container: set DATABASE_URL to share a database`,
    )
  for (const end = performance.now() + survivorPatience * 1000; ; await pause(100)) {
    const failure = await tryStart(start)
    if (typeof failure !== 'string') return failure
    if (performance.now() > end || !/shared memory block .* is still in use/.test(failure))
      throw new EmbeddedPostgresError(
        `the embedded database does not start: ${failure} (its log is ${serverLogOf(folder)}). Fix this, or set DATABASE_URL to use a Postgres server of your own`,
      )
  }
}

/** Waits while a server of the cluster is starting or stopping; the one that serves then, if any. */
async function waitWhileChanging(folder: string): Promise<Postmaster | null> {
  const begin = performance.now()
  for (; performance.now() < begin + startPatience * 1000; await pause(50)) {
    const serving = await findServer(folder)
    if (serving) return serving
    const found = readPostmaster(folder)
    if (!found || !isPostmaster(folder, found)) return null
    // Its socket is gone: the data folder was renamed under it, or the socket's was deleted.
    if (found.ready && performance.now() > begin + socketPatience * 1000) {
      await stopServer(folder)
      // It looks for them where they were.
      for (const name of [socketName, `${socketName}.lock`]) await rm(join(folder, name), { force: true })
    }
  }
  throw new EmbeddedPostgresError(
    `the embedded database has neither become ready nor stopped within ${startPatience} s (its log is ${serverLogOf(folder)}): stop it, or set DATABASE_URL`,
  )
}

async function tryStart({ postgres, folder, user, socketFolder }: ServerStart): Promise<Postmaster | string> {
  const socket =
    socketFolder === undefined
      ? await chooseSocketFolder(folder, user)
      : await remakeSocketFolder(socketFolder, user)
  const log = await openServerLog(folder, user)
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
      ...user,
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
  const interrupt = () => void server.kill('SIGINT')
  process.once('exit', interrupt)
  try {
    await log.close()
    for (const end = performance.now() + startPatience * 1000; performance.now() < end; await pause(15)) {
      if (ended) return failure?.message ?? (await lastLines(folder, written))
      const found = await findServer(folder)
      if (found && found.pid === server.pid) return found
    }
    interrupt()
    return `it was not ready within ${startPatience} s`
  } finally {
    process.off('exit', interrupt)
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
