import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { orNull } from './or-null.ts'

/** One process among all that ever were, on this machine and on others. */
export interface ProcessIdentity {
  pid: number
  /** When it started, in the kernel's ticks since boot; null where that is not known. */
  start: string | null
  host: string
  /** Of the machine's current run. */
  boot: string | null
  /** The namespace of its pid: containers have their own. */
  namespace: string | null
}

/** The fields of /proc/<pid>/stat from the state on; null where there is no such process, or no /proc. */
function statOf(pid: number): string[] | null {
  const text = orNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
  return text?.slice(text.lastIndexOf(')') + 2).split(' ') ?? null
}

function startOf(pid: number): string | null {
  return statOf(pid)?.[19] ?? null
}

/** Whether a process of this pid runs here; one that has ended and is not yet reaped does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return statOf(pid)?.[0] !== 'Z'
}

export function ownIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    start: startOf(process.pid),
    host: hostname(),
    boot: orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    namespace: orNull(() => readlinkSync('/proc/self/ns/pid')),
  }
}

/** What a process wrote of itself; null for what a loss of power has garbled. */
export function parseIdentity(text: string): ProcessIdentity | null {
  try {
    return JSON.parse(text) as ProcessIdentity
  } catch {
    return null
  }
}

/** Whether a process is alive; `unknown` where it is of another machine or container, into which we cannot look. */
export function lifeOf(other: ProcessIdentity | null): 'alive' | 'dead' | 'unknown' {
  if (other === null) return 'unknown'
  const own = ownIdentity()
  // Containers may share a host name (--network host), and so may machines: neither tells who is elsewhere. After a
  // restart of this machine that costs a start the seconds of silence.
  if (other.boot !== own.boot || other.namespace !== own.namespace) return 'unknown'
  if (own.boot === null && other.host !== own.host) return 'unknown' // a system that has no such ids
  return isRunning(other.pid) && startOf(other.pid) === other.start ? 'alive' : 'dead'
}
