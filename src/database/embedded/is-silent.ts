import { statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** Seconds in which a living process touches its files at least once. */
const silence = 12

/** Whether a file is not touched for so long that its process must be gone. Compares no clocks. */
export async function isSilent(path: string): Promise<boolean> {
  try {
    const before = statSync(path).mtimeMs
    for (const end = performance.now() + silence * 1000; performance.now() < end; await pause(200))
      if (statSync(path).mtimeMs !== before) return false
    return true
  } catch {
    return true
  }
}
