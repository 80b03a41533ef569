import { setTimeout as pause } from 'node:timers/promises'
import type { Sql } from 'postgres'

/** Seconds that the database has to answer. */
const patience = 2

/**
 * Makes the function that tells whether the database answers. All that ask at a time share one statement: those that
 * a hanging database never answers do not pile up.
 */
export function createReadiness(client: Sql): () => Promise<boolean> {
  let asking: Promise<boolean> | null = null
  return async () => {
    asking ??= client`select 1`
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        asking = null
      })
    const late = new AbortController()
    const timeout = pause(patience * 1000, false, { signal: late.signal }).catch(() => false)
    return Promise.race([asking, timeout]).finally(() => late.abort())
  }
}
