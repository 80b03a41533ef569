import type { GatewayError } from './gateway-error.ts'

export interface Backoff {
  /** Seconds that the first wait is at most; each is twice as long as the one before. */
  first: number
  /** Seconds that any is at most, beside what the gateway asks for. */
  longest: number
  /** 0 to 1; for tests. */
  random?: () => number
}

export const defaultBackoff: Backoff = { first: 0.5, longest: 20 }

/**
 * Seconds to wait after so many failures in a row, of which this is the last. Anything from none to the whole ("full
 * jitter"): those whom one stop of a gateway has cut off come back spread over the time, not as a crowd, also where all
 * were told the same Retry-After.
 */
export function waitAfter(error: GatewayError, failures: number, backoff: Backoff): number {
  const { first, longest, random = Math.random } = backoff
  return (error.retryAfter ?? 0) + random() * Math.min(longest, first * 2 ** (failures - 1))
}
