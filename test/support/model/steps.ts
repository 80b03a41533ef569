import { expect } from 'vitest'
import { StorageError } from '../../../src/storage/driver.ts'
import type { Bench, Progress } from './bench.ts'
import { copyOf } from './bench.ts'
import {
  type Attempt,
  claims,
  confirms,
  endsOverdue,
  isOverdue,
  isUnclaimed,
  type Model,
  marksUnclaimed,
  mayBeClaimed,
  mayWrite,
  type Outcome,
  type Row,
  renews,
  rowOf,
  settles,
  urgency,
} from './model.ts'
import { answers, type Call } from './model-api.ts'

/** What the model says of what was seen: changes the model, and throws where that cannot be. */
export interface Verdict {
  judge(model: Model): void
  /** What beside something else it may have been instead: it leaves rows that others are changing. */
  instead?: (model: Model) => Verdict[]
}

const foundNothing: Verdict = { judge: () => {} }

/** Does something to the real system. */
export type Step = (bench: Bench) => Promise<Verdict>

/** A mutation. */
export const ask =
  (call: Call): Step =>
  async (bench) => {
    const seen = await bench.ask(call)
    const copy =
      call.mutation === 'backupSnapshot' && (await bench.rows()).find(({ id }) => id === call.input.id)?.copy
    return {
      judge: (model) => {
        expect(seen).toEqual(answers(model, call, 'id' in seen ? seen.id : ''))
        for (const row of model.rows)
          if (row.copy === 'new') {
            expect(model.rows.map((row) => row.copy)).not.toContain(copy)
            row.copy = copy || null
          }
      },
    }
  }

/** One of two workers looks for work. */
export const claim =
  (worker: number, { alone = true } = {}): Step =>
  async (bench) => {
    const seen = await bench.claim(worker)
    return {
      instead: () => (seen === null ? [foundNothing] : []),
      judge: (model) => {
        const due = model.rows.filter(mayBeClaimed)
        if (seen === null) return expect(due).toEqual([])
        const row = rowOf(model, seen.id)
        expect(due).toContain(row)
        if (alone) expect(urgency(row)).toBe(Math.min(...due.map(urgency)))
        const begins = claims(model, row, seen.token, copyOf(seen.token).checksum)
        expect(reached(seen)).toBe(begins ? model.attempts.at(-1)?.call : 'failed')
      },
    }
  }

const reached = (progress: Progress) => ('call' in progress ? progress.call : progress.ending)

const same = (model: Model, { token }: Attempt): Attempt => {
  const attempt = model.attempts.find((other) => other.token === token)
  if (!attempt) throw new Error('the model has no such attempt')
  return attempt
}

export const confirm =
  (attempt: Attempt): Step =>
  async (bench) => {
    const seen = await bench.confirm(attempt.token)
    return { judge: (model) => expect(seen).toBe(confirms(model, same(model, attempt))) }
  }

/** One after another, as one. */
const inTurn =
  (...parts: Step[]): Step =>
  async (bench) => {
    const verdicts: Verdict[] = []
    for (const part of parts) verdicts.push(await part(bench))
    return {
      judge: (model) => {
        for (const { judge } of verdicts) judge(model)
      },
    }
  }

/** The whole of what a driver does that nothing hinders. */
export const confirmAndSucceed = (attempt: Attempt): Step =>
  inTurn(confirm(attempt), settle(attempt, 'success'))

/** A lease runs out, and another worker takes up what is due. */
export const overtake = (id: string): Step => inTurn(pass(id, 'lease runs out'), claim(1))

export const report =
  (attempt: Attempt, percent: number): Step =>
  async (bench) => {
    await bench.report(attempt.token, percent)
    return {
      judge: (model) => {
        if (mayWrite(model, same(model, attempt))) rowOf(model, attempt.id).progress = percent
      },
    }
  }

export const renew =
  (attempt: Attempt): Step =>
  async (bench) => {
    await bench.renew(attempt.token)
    return { judge: (model) => renews(model, same(model, attempt)) }
  }

export const stop =
  (attempt: Attempt, how: 'stop' | 'hear'): Step =>
  async (bench) => {
    await bench[how](attempt.token)
    return {
      judge: (model) => {
        same(model, attempt).stopped = true
      },
    }
  }

/** The driver of an attempt settles, late or not. */
export const settle =
  (attempt: Attempt, how: 'success' | 'retryable' | 'for good' | 'unexpected' | 'damage' | 'aborted'): Step =>
  async (bench) => {
    const { token } = attempt
    const before = await bench.rows()
    const progress = await (how === 'success' ? bench.finish(token) : bench.fail(token, errorOf(how)))
    const after = await bench.rows()
    const made = after.find(({ id, of }) => of === attempt.id && !before.some((row) => row.id === id))
    if ('ending' in progress && progress.ending === 'retry') await putOff(bench, attempt)
    return {
      judge: (model) => {
        const copy = after.find(({ id }) => id === attempt.id)?.copy ?? ''
        const ending = settles(model, same(model, attempt), outcomeOf(how, copy), made)
        expect(reached(progress)).toBe(ending ?? 'deleteBackup')
      },
    }
  }

function errorOf(how: string): Error {
  if (how === 'unexpected') return new TypeError('secret of the implementation')
  if (how === 'damage') return new StorageError('DAMAGED_BACKUP', how, { retryable: true })
  if (how === 'aborted') return new StorageError('ABORTED', how, { retryable: true })
  return new StorageError('FAILED', how, { retryable: how === 'retryable' })
}

function outcomeOf(how: string, copy: string): Outcome {
  if (how === 'success') return { kind: 'success' }
  if (how === 'damage') return { kind: 'damage', reason: how, copy }
  const reason = how === 'unexpected' ? 'unexpected error' : how
  return { kind: 'failure', retryable: how !== 'for good', reason }
}

/** The wait for a retry is as long as it may be, and no time passes by itself. */
async function putOff({ client }: Bench, { id, number }: Attempt): Promise<void> {
  const table = id.startsWith('1s') ? 'snapshot' : 'backup'
  // Asked of the row itself too: a removal that comes between waits for nothing.
  const waits = client`lease_token is null and transitioning_message like ${`attempt ${number} of 10: %`}`
  const rows = await client`
    with waiting as (
      select account_id, id as waits, extract(epoch from run_after - now())::float8 as seconds from ${client(table)}
      where id = ${id.slice(2)} and ${waits})
    update ${client(table)} as t set run_after = now() + interval '1 hour' from waiting
    where t.account_id = waiting.account_id and t.id = waits and ${waits} returning waiting.seconds`
  for (const { seconds } of rows) expect(seconds).toBeLessThanOrEqual(Math.min(300, 2 ** (number - 1)))
}

export const endOverdue: Step = async (bench) => {
  await bench.endOverdue()
  return upkeep(isOverdue, endsOverdue)
}

export const markUnclaimed: Step = async (bench) => {
  await bench.markUnclaimed()
  return upkeep(isUnclaimed, marksUnclaimed)
}

/** Changes every row that it is for; beside something else perhaps only some of them. */
function upkeep(isFor: (row: Row) => boolean, change: (row: Row) => void): Verdict {
  return {
    judge: ({ rows }) => rows.filter(isFor).forEach(change),
    instead: ({ rows }) =>
      subsets(rows.filter(isFor).map(({ id }) => id)).map((ids) => ({
        judge: (model) => model.rows.filter((row) => isFor(row) && ids.includes(row.id)).forEach(change),
      })),
  }
}

function subsets<T>([first, ...rest]: T[]): T[][] {
  if (first === undefined) return [[]]
  return subsets(rest).flatMap((subset) => [subset, [first, ...subset]])
}

/** Time passes: moved in the database for one row, as its columns say it. */
export type Passing = 'lease runs out' | 'is due' | 'nobody takes it up' | 'deadline passes' | 'nine attempts'

export const pass =
  (id: string, what: Passing): Step =>
  async (bench) => {
    await bench.pass(id, what)
    return {
      judge: (model) => {
        const row = rowOf(model, id)
        if (row.transitioning !== 'yes') return
        if (what === 'deadline passes') row.deadline = 'past'
        else if (what === 'nine attempts') row.attempt = row.token === null ? 9 : row.attempt
        else if (what === 'lease runs out' && row.lease === 'valid')
          Object.assign(row, { lease: 'out', due: 'now' })
        else if (what === 'is due' && row.due === 'later' && row.token === null) row.due = 'now'
        else if (what === 'nobody takes it up' && row.due === 'now') row.due = 'long'
      },
    }
  }
