import { setTimeout as pause } from 'node:timers/promises'
import fc from 'fast-check'
import { expect } from 'vitest'
import { assertHistory } from '../history.ts'
import type { Bench } from './bench.ts'
import { assertInvariants } from './invariants.ts'
import { type Attempt, type Model, mayBeClaimed, publishes, type Row, rowOf } from './model.ts'
import { type Call, isAllowed, isUnused } from './model-api.ts'
import { inOrder } from './read-rows.ts'
import * as steps from './steps.ts'

/** The model, which the choice between the orders of a race replaces. */
export interface Holder {
  model: Model
  /** So far. */
  steps: number
}

/** What may happen where the model stands; null where it cannot. `alone`: nothing else happens at the same time. */
type Choice = (model: Model, alone: boolean) => { step: steps.Step; attempt?: Attempt } | null

/** One thing, or two at the same time. */
class Happening implements fc.AsyncCommand<Holder, Bench> {
  readonly name: string
  readonly choices: readonly Choice[]
  constructor(name: string, choices: readonly Choice[]) {
    this.name = name
    this.choices = choices
  }
  toString = () => this.name

  #choose({ model }: Holder) {
    const chosen = this.choices.map((choice) => choice(model, this.choices.length === 1))
    const attempts = chosen.flatMap((choice) => choice?.attempt ?? [])
    return new Set(attempts).size === attempts.length ? chosen : [null] // one driver does one thing at a time
  }

  check = (holder: Readonly<Holder>) => this.#choose(holder).every((choice) => choice !== null)

  async run(holder: Holder, bench: Bench): Promise<void> {
    const chosen = this.#choose(holder).flatMap((choice) => choice ?? [])
    const verdicts = await soon(Promise.all(chosen.map(({ step }) => step(bench))))
    await assertOneOrder(holder, bench, verdicts)
    if (holder.steps % 3 === 0) await assertOffers(holder.model, bench) // it costs as much as all the rest
  }
}

/** Whatever happens, something comes of it. */
async function soon<T>(work: Promise<T>): Promise<T> {
  const late = new AbortController()
  const never = pause(20_000, null, { signal: late.signal }).then(() => {
    throw new Error('nothing came of it')
  })
  return Promise.race([work, never]).finally(() => late.abort())
}

/** What came of it is what one of the orders gives; of one thing alone there is one. */
export async function assertOneOrder(holder: Holder, bench: Bench, verdicts: steps.Verdict[]): Promise<void> {
  const rows = await bench.rows()
  assertInvariants(rows)
  await assertHistory(bench.client)
  let failure: unknown
  for (const order of possibleOrders(holder.model, verdicts)) {
    const model = structuredClone(holder.model)
    try {
      for (const { judge } of order) judge(model)
      expect(rows).toEqual(inOrder(model.rows))
      holder.model = model
      holder.steps += 1
      return
    } catch (error) {
      failure ??= error
    }
  }
  throw failure
}

/** What may have come after what, the likeliest first. */
function possibleOrders(model: Model, verdicts: steps.Verdict[]): steps.Verdict[][] {
  const [first, second] = verdicts
  if (!first || !second) return [verdicts]
  const mayHaveBeen = (verdict: steps.Verdict) => [verdict, ...(verdict.instead?.(model) ?? [])]
  return mayHaveBeen(first).flatMap((one) =>
    mayHaveBeen(second).flatMap((other) => [
      [one, other],
      [other, one],
    ]),
  )
}

/** The actions that are offered are those that are accepted. */
async function assertOffers(model: Model, bench: Bench): Promise<void> {
  const offers = inOrder(model.rows).flatMap((row) =>
    ['update', 'backup', 'remove']
      .filter((action) => isAllowed(action, row))
      .map((action) => `${row.id} ${action}`),
  )
  for (const { id, removed } of model.volumes)
    if (!removed) offers.push(`${id} update`, ...(isUnused(model, id) ? [`${id} remove`] : []))
  const ids = [...model.rows, ...model.volumes].map(({ id }) => id)
  expect((await bench.offered(ids)).sort()).toEqual(offers.sort())
}

const one = <T>(list: readonly T[], n: number): T | undefined => list[n % list.length]
const asked = (mutation: string, input: Call['input'], key: string | null) => ({
  step: steps.ask({ mutation, input, key }),
})

/** A choice among the attempts that run. */
const ofAttempt =
  (n: number, choose: (attempt: Attempt, alone: boolean) => steps.Step | null): Choice =>
  (model, alone) => {
    // One that lost its lease as often as one that has it.
    const late = model.attempts.filter((attempt) => rowOf(model, attempt.id).token !== attempt.token)
    const attempt = n % 2 === 1 && late.length > 0 ? one(late, n >> 1) : one(model.attempts, n)
    const step = attempt ? choose(attempt, alone) : null
    return attempt && step ? { step, attempt } : null
  }

/** Mostly one that has the action. */
function oneFor(action: string, rows: Row[], n: number): Row | undefined {
  const fit = rows.filter((row) => isAllowed(action, row))
  return n % 4 === 0 || fit.length === 0 ? one(rows, n) : one(fit, n)
}

type Named = [name: string, choice: Choice]
const which = fc.nat({ max: 11 })
/** Mostly none. */
const aKey = fc.oneof(
  { weight: 5, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.constantFrom('k1', 'k2') },
)

const mutation: fc.Arbitrary<Named> = fc.oneof(
  fc.tuple(which, aKey).map(([n, key]): Named => {
    const input = (model: Model) => ({ volumeId: one(model.volumes, n)?.id ?? '', name: `n${n % 3}` })
    return [`createSnapshot(${n}, ${key})`, (model) => asked('createSnapshot', input(model), key)]
  }),
  ...['backupSnapshot', 'removeSnapshot', 'updateSnapshot', 'removeBackup'].map((name) =>
    fc.tuple(which, aKey).map(([n, key]): Named => {
      const kind = name.endsWith('Backup') ? 'backup' : 'snapshot'
      const input = (id: string) => ({ id, ...(name === 'updateSnapshot' && { name: `n${n % 3}` }) })
      const choice: Choice = ({ rows }) => {
        const row = oneFor(
          name.replace(/(Snapshot|Backup)$/, ''),
          rows.filter((row) => row.kind === kind),
          n,
        )
        return row ? asked(name, input(row.id), key) : null
      }
      return [`${name}(${n}, ${key})`, choice]
    }),
  ),
)
/** An earlier call again, under its key. */
const repeat = which.map(
  (n): Named => [
    `repeat(${n})`,
    ({ keys }) => {
      const [key, held] = one(Object.entries(keys), n) ?? []
      if (key === undefined || held === undefined) return null
      const [mutation, input] = JSON.parse(held.call)
      return asked(mutation, input, key)
    },
  ],
)
/** Of a snapshot that is worked on. */
const cancel = which.map(
  (n): Named => [
    `cancel(${n})`,
    ({ rows }) => {
      const row = one(
        rows.filter(
          ({ lease, state, kind }) => kind === 'snapshot' && lease !== null && state !== 'removing',
        ),
        n,
      )
      return row ? asked('removeSnapshot', { id: row.id }, null) : null
    },
  ],
)
const removeVolume = which.map(
  (n): Named => [
    `removeVolume(${n})`,
    ({ volumes }) => asked('removeVolume', { id: one(volumes, n)?.id ?? '' }, null),
  ],
)
const claim = fc.nat({ max: 1 }).map(
  (worker): Named => [
    `claim(${worker ? 'B' : 'A'})`,
    // Where nothing is due, and nothing happens beside it, there is little to see.
    ({ rows }, alone) => {
      // One attempt too many is claimed and then failed: what happens in between is in neither order.
      const mayExhaust = rows.some((row) => mayBeClaimed(row) && row.attempt >= 10)
      const isSeen = alone ? worker === 0 || rows.some(mayBeClaimed) : !mayExhaust
      return isSeen ? { step: steps.claim(worker, { alone }) } : null
    },
  ],
)
const confirm = which.map(
  (n): Named => [
    `confirm(${n})`,
    ofAttempt(n, (attempt) => (publishes(attempt) && !attempt.confirmed ? steps.confirm(attempt) : null)),
  ],
)
const success = which.map(
  (n): Named => [
    `succeed(${n})`,
    // A driver that confirmed nothing has nothing to publish.
    ofAttempt(n, (attempt) =>
      publishes(attempt) && !attempt.confirmed ? null : steps.settle(attempt, 'success'),
    ),
  ],
)
const failure = fc
  .tuple(which, fc.constantFrom('retryable', 'for good', 'unexpected', 'damage', 'aborted'))
  .map(
    ([n, how]): Named => [
      `fail(${n}, ${how})`,
      ofAttempt(n, (attempt, alone) => {
        if (how === 'aborted' && !attempt.stopped) return null
        if (how === 'damage' && (attempt.call !== 'backUpSnapshot' || !alone)) return null
        return steps.settle(attempt, how)
      }),
    ],
  )
const renew = which.map((n): Named => [`renew(${n})`, ofAttempt(n, steps.renew)])
const report = fc
  .tuple(which, fc.nat({ max: 100 }))
  .map(
    ([n, percent]): Named => [
      `report(${n}, ${percent})`,
      ofAttempt(n, (attempt) => steps.report(attempt, percent)),
    ],
  )
const stop = which.map((n): Named => [`stop(${n})`, ofAttempt(n, (attempt) => steps.stop(attempt, 'stop'))])
const hear = which.map(
  (n): Named => [
    `hear of the cancel(${n})`,
    ofAttempt(n, (attempt) => (attempt.cancelled ? steps.stop(attempt, 'hear') : null)),
  ],
)
/** Time passes for a row that it means something to. */
const passings: [what: steps.Passing, applies: (row: Row) => boolean][] = [
  ['lease runs out', ({ lease }) => lease === 'valid'],
  ['is due', ({ due, token }) => due === 'later' && token === null],
  ['nobody takes it up', ({ due }) => due === 'now'],
  ['deadline passes', ({ deadline }) => deadline === 'ahead'],
  ['nine attempts', ({ transitioning, token }) => transitioning === 'yes' && token === null],
]
const time = fc.tuple(which, fc.constantFrom(...passings, ...passings.slice(0, 1))).map(
  ([n, [what, applies]]): Named => [
    `${what}(${n})`,
    ({ rows }) => {
      const row = one(rows.filter(applies), n)
      return row ? { step: steps.pass(row.id, what) } : null
    },
  ],
)
const overtake = which.map(
  (n): Named => [
    `overtake(${n})`,
    ({ rows }) => {
      const row = one(
        rows.filter(({ lease }) => lease === 'valid'),
        n,
      )
      return row ? { step: steps.overtake(row.id) } : null
    },
  ],
)
const isUnderWay = ({ rows }: Model) => rows.some(({ transitioning }) => transitioning === 'yes')
const upkeep = fc.constantFrom<Named[]>(
  ['end overdue', (model) => (isUnderWay(model) ? { step: steps.endOverdue } : null)],
  ['mark unclaimed', (model) => (isUnderWay(model) ? { step: steps.markUnclaimed } : null)],
)

const weighted = (all: [weight: number, arbitrary: fc.Arbitrary<Named>][]) =>
  fc.oneof(...all.map(([weight, arbitrary]) => ({ weight, arbitrary })))
const racing: [number, fc.Arbitrary<Named>][] = [
  [4, mutation],
  [4, cancel],
  [2, repeat],
  [1, removeVolume],
  [4, claim],
  [1, confirm],
  [5, success],
  [2, failure],
  [4, renew],
  [2, upkeep],
]
const alone = weighted([
  ...racing,
  [8, claim],
  [8, time],
  [4, overtake],

  [4, confirm],
  [2, report],
  [2, stop],
  [4, hear],
  [4, upkeep],
])
const together = fc.tuple(weighted(racing), weighted(racing))

/** Everything that can happen, mostly one thing after another. */
export const happenings = fc.oneof(
  { weight: 4, arbitrary: alone.map(([name, choice]) => new Happening(name, [choice])) },
  {
    weight: 1,
    arbitrary: together.map(([[a, first], [b, second]]) => new Happening(`${a} | ${b}`, [first, second])),
  },
)
