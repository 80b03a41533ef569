import { setTimeout as pause } from 'node:timers/promises'

/**
 * Makes the function that asks the database something, for many who ask at a time: they share one statement, so that
 * those that a hanging database never answers do not pile up. Answers null where the statement fails, or takes longer
 * than `patience` seconds. After `lostAfter` seconds it is given up, and the next who asks sends another: its
 * connection may be dead while others live.
 */
export function shareAnswer<T>(
  ask: () => PromiseLike<T>,
  { patience = 2, lostAfter = 10 }: { patience?: number; lostAfter?: number } = {},
): () => Promise<T | null> {
  let asking: { answer: Promise<T | null>; since: number } | null = null
  const start = () => {
    const answer = Promise.resolve(ask())
      .catch(() => null)
      .finally(() => {
        if (asking?.answer === answer) asking = null
      })
    return { answer, since: performance.now() }
  }
  return async () => {
    if (asking === null || performance.now() - asking.since > lostAfter * 1000) asking = start()
    const late = new AbortController()
    const timeout = pause(patience * 1000, null, { signal: late.signal }).catch(() => null)
    return Promise.race([asking.answer, timeout]).finally(() => late.abort())
  }
}
