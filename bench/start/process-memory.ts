import { readdirSync, readFileSync } from 'node:fs'

/** Of one process or several, in bytes. */
export interface Memory {
  /** Pages shared with others count in each. */
  rss: number
  /** Pages shared with others count in parts, so that sums are right. */
  pss: number
  processes: number
}

/** A process and all that descend from it. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>()
  for (const name of readdirSync('/proc')) {
    const parent = parentOf(name)
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)])
  }
  const tree = [pid]
  for (const one of tree) tree.push(...(children.get(one) ?? []))
  return tree
}

export function memoryOf(pids: readonly number[]): Memory {
  const sum = { rss: 0, pss: 0, processes: 0 }
  for (const pid of pids) {
    const text = read(`/proc/${pid}/smaps_rollup`)
    if (text === null) continue // it has ended
    sum.rss += kilobytes(text, 'Rss') * 1024
    sum.pss += kilobytes(text, 'Pss') * 1024
    sum.processes += 1
  }
  return sum
}

function kilobytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0)
}

function parentOf(name: string): number | null {
  const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : null
  // The name of the program is in parentheses and may hold anything.
  const parent = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[1]
  return parent === undefined ? null : Number(parent)
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
