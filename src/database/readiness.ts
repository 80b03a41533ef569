import { setTimeout as pause } from 'node:timers/promises'
import type { Sql } from 'postgres'

/** Seconds that the database has to answer. */
const patience = 2

/** Seconds after which a statement is given up: its connection may be dead while others live. */
const lost = 10

/**
 * Makes the function that tells whether the database answers. All that ask at a time share one statement: those that
 * a hanging database never answers do not pile up.
 */
export function createReadiness(client: Sql, lostAfter = lost): () => Promise<boolean> {
  let asking: { answer: Promise<boolean>; since: number } | null = null
  const ask = () => {
    const answer = client`select 1`
      .then(
        () => true,
        () => false,
      )
      .finally(() => {
        if (asking?.answer === answer) asking = null
      })
    return { answer, since: performance.now() }
  }
  return async () => {
    if (asking === null || performance.now() - asking.since > lostAfter * 1000) asking = ask()
    const late = new AbortController()
    const timeout = pause(patience * 1000, false, { signal: late.signal }).catch(() => false)
    return Promise.race([asking.answer, timeout]).finally(() => late.abort())
  }
}
