import type { Log } from '../log.ts'
import { isAway } from './sql-state.ts'

/** Seconds without a failure after which an outage is over: some statements may succeed while others fail. */
const calm = 5

/**
 * Makes the function that hears how statements end and logs, once each, the beginning and the end of an outage; the
 * statements that fail may be thousands. `who`: whose they are.
 */
export function logOutages(log: Log, who: string, calmFor = calm): (error: unknown) => void {
  let outage: { since: number; last: number; failed: number } | null = null
  let ending: NodeJS.Timeout | undefined
  const end = () => {
    ending = undefined
    if (outage === null) return
    const seconds = Math.round((outage.last - outage.since) / 1000)
    log.info({ seconds, failed: outage.failed }, `the database is back for ${who}`)
    outage = null
  }
  return (error) => {
    if (isAway(error)) {
      clearTimeout(ending)
      ending = undefined
      const now = performance.now()
      if (outage === null) log.error({ reason: reasonOf(error) }, `the database is away for ${who}`)
      outage = { since: outage?.since ?? now, last: now, failed: (outage?.failed ?? 0) + 1 }
    } else if (outage !== null) ending ??= setTimeout(end, calmFor * 1000).unref()
  }
}

/** What it all began with, without the statement. */
function reasonOf(error: unknown): string {
  let at = error
  while (at instanceof Error && at.cause instanceof Error) at = at.cause
  if (at instanceof AggregateError && at.errors.length > 0) return reasonOf(at.errors[0])
  return at instanceof Error ? at.message : String(at)
}
