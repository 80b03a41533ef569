import { setTimeout as pause } from 'node:timers/promises'
import { isStatementTimeout, isUnavailable } from '../database/sql-state.ts'

/**
 * Runs a statement again, every half second, while the database is away or another transaction holds the row; until
 * the signal is aborted. So it must be one that may be repeated.
 */
export async function untilAvailable<R>(signal: AbortSignal, statement: () => Promise<R>): Promise<R> {
  for (;;) {
    try {
      return await statement()
    } catch (error) {
      const passes = isUnavailable(error) || isStatementTimeout(error)
      if (!passes || signal.aborted) throw error
      await pause(500, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) throw error
    }
  }
}
