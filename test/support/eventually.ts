import { setTimeout as pause } from 'node:timers/promises'

/** Waits until `probe` passes without throwing, and returns what it returned; after the patience, its last error. */
export async function eventually<T>(probe: () => Promise<T> | T, patience = 15_000): Promise<T> {
  const end = performance.now() + patience
  for (;;) {
    try {
      return await probe()
    } catch (error) {
      if (performance.now() > end) throw error
      await pause(20)
    }
  }
}
