import { readdirSync } from 'node:fs'
import { setPriority } from 'node:os'

/**
 * Lets other processes go first where there is not enough processor for all, and so those that this one starts from
 * then on. It cannot be taken back, except by root. `niceness`: from 1 to 19.
 */
export function lowerPriority(niceness: number): void {
  for (const thread of threads())
    try {
      setPriority(thread, niceness)
    } catch {} // it has ended, or the container forbids it: then nothing goes first
}

/** Linux has a priority for each thread, and Node some before its program begins; elsewhere 0 is the whole process. */
function threads(): number[] {
  try {
    return readdirSync('/proc/self/task').map(Number)
  } catch {
    return [0]
  }
}
