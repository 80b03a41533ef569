import { setTimeout as wait } from 'node:timers/promises'

/** Waits until a condition holds; what it throws meanwhile counts as not yet. */
export async function eventually(
  condition: () => Promise<boolean> | boolean,
  what: string,
  seconds = 40,
): Promise<void> {
  const end = performance.now() + seconds * 1000
  let reason: unknown
  while (performance.now() < end) {
    try {
      if (await condition()) return
    } catch (error) {
      reason = error
    }
    await wait(50)
  }
  throw new Error(`there was not: ${what}`, { cause: reason })
}
