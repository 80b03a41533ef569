import { stat } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import { nullIfMissing } from './missing.ts'

/** Seconds in which a living process touches its files at least once. */
const silence = 12

/**
 * Whether a file is not touched for so long that its process must be gone, or is not there. Rejects where it cannot be
 * looked at: its process may live. Compares no clocks.
 */
export async function isSilent(path: string): Promise<boolean> {
  const touched = () => stat(path).then(({ mtimeMs }) => mtimeMs, nullIfMissing)
  const before = await touched()
  for (const end = performance.now() + silence * 1000; performance.now() < end; await pause(200)) {
    const now = await touched()
    if (now === null) return true
    if (now !== before) return false
  }
  return true
}
