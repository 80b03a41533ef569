import { setTimeout as pause } from 'node:timers/promises'
import { isStatementTimeout } from '../database/sql-state.ts'
import { RequestError } from '../resources/errors.ts'

/** What the database says of those who call, remembered for some seconds. What it does not know is not remembered. */
export interface Memory<Value> {
  /** What is remembered under a key, without asking. */
  peek(key: string): Value | null
  /**
   * Asks the database; those that ask for the same at a time share one statement. Throws RequestError UNAVAILABLE where
   * it takes too long.
   */
  ask(key: string): Promise<Value | null>
  /** Forgets a key, or all: also what answers that are under way will say. */
  forget(key?: string): void
}

export interface MemoryOptions<Value> {
  find(key: string): Promise<Value | null>
  /** Seconds after which the database is asked again. */
  lifetime?: number
  /** Values at most; the oldest goes first. */
  size?: number
  /** Seconds that the database has to answer. */
  patience?: number
}

export function createMemory<Value>({
  find,
  lifetime = 10,
  size = 10_000,
  patience = 5,
}: MemoryOptions<Value>): Memory<Value> {
  const known = new Map<string, { value: Value; until: number }>()
  const asking = new Map<string, Promise<Value | null>>()
  let forgotten = 0

  function remember(key: string, value: Value) {
    known.delete(key) // so that the first of the map is the oldest
    known.set(key, { value, until: performance.now() + lifetime * 1000 })
    const [oldest] = known.keys()
    if (known.size > size && oldest !== undefined) known.delete(oldest)
  }

  async function askNow(key: string): Promise<Value | null> {
    const before = forgotten
    const value = await within(patience, find(key))
    // What was forgotten meanwhile may be what this answer says.
    if (value !== null && before === forgotten) remember(key, value)
    return value
  }

  return {
    peek: (key) => {
      const entry = known.get(key)
      if (entry && entry.until > performance.now()) return entry.value
      known.delete(key)
      return null
    },
    ask: (key) => {
      const shared = asking.get(key)
      if (shared) return shared
      const answer = askNow(key).finally(() => {
        if (asking.get(key) === answer) asking.delete(key)
      })
      asking.set(key, answer)
      return answer
    },
    forget: (key) => {
      forgotten += 1
      for (const map of [known, asking]) key === undefined ? map.clear() : map.delete(key)
    },
  }
}

async function within<R>(seconds: number, answer: Promise<R>): Promise<R> {
  const done = new AbortController()
  const late = pause(seconds * 1000, undefined, { signal: done.signal }).then(() => {
    throw tooSlow()
  })
  try {
    return await Promise.race([answer, late])
  } catch (error) {
    throw isStatementTimeout(error) ? tooSlow(error) : error
  } finally {
    done.abort()
    late.catch(() => {}) // it ends by the abort
  }
}

function tooSlow(cause?: unknown): RequestError {
  return new RequestError('UNAVAILABLE', 'the database does not answer in time; try again soon', { cause })
}
