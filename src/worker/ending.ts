import type { Transition } from './log-transition.ts'

/**
 * How an attempt ended. `lost`: the row is no longer this attempt's, and nothing was recorded. `cancelled`: given back
 * to the removal that has taken its place.
 */
export type Ending =
  | { kind: 'done'; to: string; driver: string }
  | { kind: 'cancelled' | 'given back'; to: string }
  | { kind: 'lost'; to: null }
  | { kind: 'failed'; to: string; reason: string; code?: string }
  /** `delay`: the seconds until the row is due again. */
  | { kind: 'retry'; to: string; reason: string; code?: string; delay: number }

/** What the log tells of an ending. */
export function told(ending: Ending): Pick<Transition, 'event' | 'to' | 'code' | 'reason' | 'retryInMs'> {
  const { kind: event, to } = ending
  if (ending.kind !== 'failed' && ending.kind !== 'retry') return { event, to }
  const { reason, code } = ending
  const retryInMs = ending.kind === 'retry' && { retryInMs: Math.round(ending.delay * 1000) }
  return { event, to, reason, ...(code !== undefined && { code }), ...retryInMs }
}
