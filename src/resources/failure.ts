import { isAway, isStatementTimeout, isUnavailable } from '../database/sql-state.ts'
import { RequestError } from './errors.ts'

/** Seconds after which a client may try again what cannot be answered now. */
export const retryAfter = 5

/** What a request that cannot be answered now fails with. */
export function unavailable(message: string): RequestError {
  return new RequestError('UNAVAILABLE', message)
}

/** What a caller may know of something that was thrown. */
export interface Failure {
  /** INTERNAL: a fault of ours, or of what we stand on. */
  code: RequestError['code'] | 'INTERNAL'
  message: string
  details: Readonly<Record<string, number>>
  /** How the original is to be logged; null: not at all, it says no more. */
  log: 'error' | 'debug' | null
}

/**
 * Tells what a caller may know of what was thrown. No message of the database, of the storage or of a bug gets out.
 * Refusals, which are answers, are not for it.
 */
export function describeFailure(thrown: unknown): Failure {
  const said = requestErrorIn(thrown)
  if (said && said.code !== 'UNAVAILABLE') return { ...tell(said.code, said.message), details: said.details }
  if (said || isUnavailable(thrown)) {
    const message = said ? said.message : 'the database is not available now; try again soon'
    // One that is away fails all requests, and is told once by whoever asks it.
    const log = isAway(thrown) ? 'debug' : isUnavailable(thrown) ? 'error' : null
    return { ...tell('UNAVAILABLE', message), log }
  }
  if (isStatementTimeout(thrown)) return tell('TOO_COSTLY', 'this took too long: ask for less at once')
  return { ...tell('INTERNAL', 'Unexpected error.'), log: 'error' }
}

function tell(code: Failure['code'], message: string): Failure {
  return { code, message, details: {}, log: null }
}

/** Drizzle wraps what a statement failed with, be it the reason why its request was ended. */
export function requestErrorIn(error: unknown): RequestError | null {
  for (let at = error; at instanceof Error; at = at.cause) if (at instanceof RequestError) return at
  return null
}
