import { readFileSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ifThere } from './missing.ts'
import { orNull } from './or-null.ts'
import { isRunning } from './process-identity.ts'
import { deleteSocketFolder, socketName } from './socket-folder.ts'

/** A running server, as its postmaster.pid tells. The file is Postgres's own guard: nobody else ever deletes it. */
export interface Postmaster {
  pid: number
  /** The folder of its socket. */
  socketFolder: string
  ready: boolean
}

/** What postmaster.pid says; null where it names no process. Whether that is still true is not looked at. */
export function readPostmaster(folder: string): Postmaster | null {
  const text = ifThere(() => readFileSync(join(folder, 'data/postmaster.pid'), 'utf8')) ?? ''
  const [pid, , , , socketFolder = '', , , status = ''] = text.split('\n')
  // One that a loss of power has emptied names no process. A signal to 0 would go to our own process group.
  if (!(Number(pid) > 0)) return null
  return { pid: Number(pid), socketFolder, ready: status.trim() === 'ready' }
}

export function socketOf({ socketFolder }: Postmaster): string {
  return join(socketFolder, socketName)
}

/** Whether the process is a server of this cluster, and not one that got its pid later. */
export function isPostmaster(folder: string, { pid }: Postmaster): boolean {
  if (!isRunning(pid)) return false
  // By what the folder is: its path may lead through links. In a container root may not look into processes of others;
  // their names everybody may read.
  const cwd = orNull(() => statSync(`/proc/${pid}/cwd`))
  const data = ifThere(() => statSync(join(folder, 'data')))
  if (data === null) return false
  if (cwd !== null) return cwd.dev === data.dev && cwd.ino === data.ino
  const name = orNull(() => readFileSync(`/proc/${pid}/comm`, 'utf8'))
  return name === null || name.trim() === 'postgres'
}

/** The server of this cluster, if it is up and its socket answers. */
export async function findServer(folder: string): Promise<Postmaster | null> {
  const found = readPostmaster(folder)
  if (!found?.ready || !isPostmaster(folder, found)) return null
  return (await answers(socketOf(found))) ? found : null
}

/**
 * Whether a server of this cluster runs where its process cannot be seen from, in another container: sockets answer
 * across containers. Postgres's own guards, a pid and shared memory, do not reach that far.
 */
export async function isServedElsewhere(folder: string): Promise<boolean> {
  const found = readPostmaster(folder)
  return found !== null && !isPostmaster(folder, found) && (await answers(socketOf(found)))
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}

/** Stops a server: fast, and where it does not end, at once, as after a crash. */
export async function stopServer(folder: string): Promise<void> {
  const found = readPostmaster(folder)
  if (!found || !isPostmaster(folder, found)) return
  for (const [signal, seconds] of [
    ['SIGINT', 8],
    ['SIGQUIT', 5],
    ['SIGKILL', 1],
  ] as const) {
    kill(found.pid, signal)
    for (const end = performance.now() + seconds * 1000; performance.now() < end; await pause(10))
      if (!isRunning(found.pid)) return deleteSocketFolder(found.socketFolder)
  }
}

/** What can still be done when the process itself is ending. */
export function stopServerNow(folder: string): void {
  const found = readPostmaster(folder)
  if (found && isPostmaster(folder, found)) kill(found.pid, 'SIGINT')
}

function kill(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error // it has ended by itself
  }
}
