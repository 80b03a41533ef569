import { expect } from 'vitest'
import type { Bench } from './bench.ts'
import { assertOneOrder, type Holder } from './commands.ts'
import { type Attempt, publishes } from './model.ts'
import * as steps from './steps.ts'

/** The way out: from wherever a run has got to, healthy workers bring every row to an end, and all can be removed. */
export async function settleAll(holder: Holder, bench: Bench): Promise<void> {
  const happens = async (step: steps.Step) => assertOneOrder(holder, bench, [await step(bench)])
  const abandoned = [...holder.model.attempts]
  const rowsIn = (...standings: string[]) =>
    holder.model.rows.filter((row) => standings.includes(`${row.kind} ${row.transitioning}`))

  const work = async () => {
    for (const { id, lease, due } of rowsIn('snapshot yes', 'backup yes')) {
      if (lease === 'valid') await happens(steps.pass(id, 'lease runs out'))
      else if (due === 'later') await happens(steps.pass(id, 'is due'))
    }
    for (;;) {
      const before = holder.model.attempts.length
      await happens(steps.claim(0))
      if (!holder.model.rows.some(({ transitioning }) => transitioning === 'yes')) break
      if (holder.model.attempts.length > before) await succeeds(holder.model.attempts.at(-1))
    }
    expect(rowsIn('snapshot yes', 'backup yes')).toEqual([])
  }
  const succeeds = async (attempt: Attempt | undefined) => {
    const now = () => holder.model.attempts.find(({ token }) => token === attempt?.token)
    for (let going = now(); going; going = now()) {
      const isReady = !publishes(going) || going.confirmed
      await happens(isReady ? steps.settle(going, 'success') : steps.confirmAndSucceed(going))
    }
  }
  if (holder.model.rows.some(({ deadline }) => deadline === 'past')) await happens(steps.endOverdue)
  await work()
  for (const { id, kind, removed } of holder.model.rows)
    if (!removed)
      await happens(
        steps.ask({
          mutation: kind === 'backup' ? 'removeBackup' : 'removeSnapshot',
          input: { id },
          key: null,
        }),
      )
  await work()
  expect(holder.model.rows.filter(({ removed }) => !removed)).toEqual([])

  // What was abandoned comes to, too late for everything.
  for (const attempt of abandoned) await succeeds(attempt)
  expect(holder.model.attempts).toEqual([])
}
