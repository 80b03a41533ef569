import { readdirSync, readFileSync } from 'node:fs'

/** Of a process and all below it. */
export interface Usage {
  /** Seconds of processor time. */
  cpu: number
  /** Bytes that are in memory. */
  memory: number
}

/** Of the kernel's clock, as every Linux of today has it. */
const ticksPerSecond = 100
const pageSize = 4096

/** What a process and its children have used; null where there is no /proc. */
export function usageOf(pid: number): Usage | null {
  try {
    const processes = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => statOf(Number(name)) ?? [])
    return sum(processes, pid)
  } catch {
    return null
  }
}

interface Stat extends Usage {
  pid: number
  parent: number
}

function sum(processes: readonly Stat[], pid: number): Usage {
  const own = processes.find((process) => process.pid === pid)
  const total = { cpu: own?.cpu ?? 0, memory: own?.memory ?? 0 }
  for (const child of processes.filter((process) => process.parent === pid)) {
    const below = sum(processes, child.pid)
    total.cpu += below.cpu
    total.memory += below.memory
  }
  return total
}

function statOf(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number)
    const at = (field: number) => fields[field - 3] ?? 0 // as proc(5) counts them
    return { pid, parent: at(4), cpu: (at(14) + at(15)) / ticksPerSecond, memory: at(24) * pageSize }
  } catch {
    return null // it has just ended
  }
}
