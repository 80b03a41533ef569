import { createHash } from 'node:crypto'
import type { AccountScope } from '../database/account-scope.ts'
import { isStatementTimeout } from '../database/sql-state.ts'
import { Busy, InvalidInput, inputProblem } from './errors.ts'
import type { Work } from './lifecycle.ts'

/** A mutation as its caller asked for it. */
interface Call {
  mutation: string
  idempotencyKey?: string | null | undefined
  /** The validated input without the key. A create's has no nulls: there null and left out are the same. */
  input: Readonly<Record<string, unknown>>
}

/** What a mutation did. */
export interface Changed<Row> {
  row: Row
  /** The state that it was in before; null where there was none. */
  from: string | null
  /** The work that was under way, and is not wanted any more. */
  cancelled?: Work | null
}

/** What a mutation answers with. */
export interface Outcome<Row> extends Changed<Row> {
  /** Whether an earlier call with the same key did the work. */
  replayed: boolean
}

/**
 * Runs a mutation in one transaction, at most once for each idempotency key. A refusal rolls back, the key
 * included. The look-up precedes every check that depends on state: a replay answers with the resource as it
 * is now, whatever has happened since. `inOneStatement`: all that `run` changes it changes by one statement. Throws
 * Busy where another change holds what this one needs for too long.
 */
export async function mutate<Row extends { id: bigint }>(
  scope: AccountScope,
  call: Call,
  replay: (scope: AccountScope, id: bigint) => Promise<Row | null>,
  run: (scope: AccountScope) => Promise<Changed<Row>>,
  { inOneStatement = false } = {},
): Promise<Outcome<Row>> {
  const change = async (scope: AccountScope): Promise<Outcome<Row>> => {
    const key = call.idempotencyKey
    if (key == null) return { ...(await run(scope)), replayed: false }
    const inputHash = hashInput(call.input)
    const earlier = await scope.keys.claim(key, { mutation: call.mutation, inputHash })
    if (!earlier) {
      const changed = await run(scope)
      await scope.keys.keep(key, changed.row.id)
      return { ...changed, replayed: false }
    }
    if (earlier.mutation !== call.mutation || earlier.inputHash !== inputHash)
      throw new InvalidInput([
        inputProblem(
          'idempotencyKey',
          'IDEMPOTENCY_KEY_REUSED',
          'this idempotencyKey was used for another mutation or other input within the last 24 hours',
        ),
      ])
    const row = await replay(scope, earlier.resourceId)
    if (!row) throw new Error(`the resource of ${call.mutation} is gone`)
    return { row, from: null, replayed: true }
  }
  try {
    // Then it is done or not as it is, unless a key goes with it.
    if (inOneStatement && call.idempotencyKey == null) return await change(scope)
    return await scope.transaction(change)
  } catch (error) {
    // No statement of a mutation is costly: one that takes too long has waited for a lock.
    if (!isStatementTimeout(error)) throw error
    throw new Busy({ cause: error })
  }
}

/** Inputs are flat, so sorting their fields makes them canonical. */
function hashInput(input: Readonly<Record<string, unknown>>): string {
  const fields = Object.entries(input).filter(([, value]) => value !== undefined)
  fields.sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex')
}
