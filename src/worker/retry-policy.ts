/** How often a process is tried before it is given up. */
export const maximumAttempts = 10

const first = 1
const longest = 300

/**
 * Seconds to wait after a failed attempt: 1 s doubling to 5 min, with full jitter, so that what failed together does
 * not come back together. `random` is from 0 to 1.
 */
export function retryDelay(attempt: number, random = Math.random()): number {
  return random * Math.min(longest, first * 2 ** (attempt - 1))
}
