import { setTimeout as pause } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, it } from 'vitest'
import type { PoolHandle } from '../src/database/handle.ts'
import { startOrdering } from '../src/events/start-ordering.ts'

/** Moves that take some milliseconds, and when each began. */
function startMoves() {
  const began: number[] = []
  const run = async () => {
    began.push(performance.now())
    await pause(4)
    return [1]
  }
  const handle = { run } as unknown as PoolHandle
  return {
    began,
    ordering: startOrdering({ database: { handle }, log: pino({ level: 'silent' }), poll: 1000 }),
  }
}

it('under load moves come one after the other with a pause, and the last has what came last', async () => {
  const { began, ordering } = startMoves()
  await ordering.settled()
  const from = began.length
  let last = 0
  for (let n = 0; n < 100; n++) {
    ordering.changed()
    last = performance.now()
    await pause(1)
  }
  await expect.poll(() => began.at(-1) ?? 0).toBeGreaterThan(last)
  const apart = began.slice(from + 1).map((time, n) => time - (began[from + n] ?? 0))
  expect(Math.min(...apart)).toBeGreaterThan(12) // 4 and 10, by timers that may be a little early
  await ordering.close()
})

it('who asks for all that there is does not wait for the pause, and shares a move with others who ask', async () => {
  const { began, ordering } = startMoves()
  await ordering.settled()
  const before = began.length
  await Promise.all([ordering.settled(), ordering.settled(), ordering.settled()])
  expect(began.length - before).toBe(1)
  await ordering.close()
})
