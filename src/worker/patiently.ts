import { setTimeout as pause } from 'node:timers/promises'
import { isUnavailable } from '../database/sql-state.ts'

/** Runs a statement again, every half second, while the database is away; until the signal is aborted. */
export async function patiently<R>(signal: AbortSignal, statement: () => Promise<R>): Promise<R> {
  for (;;) {
    try {
      return await statement()
    } catch (error) {
      if (!isUnavailable(error) || signal.aborted) throw error
      await pause(500, undefined, { signal, ref: false }).catch(() => {})
      if (signal.aborted) throw error
    }
  }
}
