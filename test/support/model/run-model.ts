import fc from 'fast-check'
import type { Bench } from './bench.ts'
import { type Holder, happenings } from './commands.ts'
import { settleAll } from './settle-all.ts'

interface Options {
  /** Of a run, in happenings at most. */
  length: number
  numRuns: number
  /** After which no other run begins. */
  seconds: number
  seed?: number
  /** Of a failure that is to be seen again. */
  path?: string
  replayPath?: string
}

/**
 * Lets things happen in any order, and compares the real system with the model after each; then sees that all rows
 * come to an end. Rejects with the shortest way to a difference that it found.
 */
export async function runModel(
  bench: Bench,
  { length, replayPath, seconds, ...parameters }: Options,
): Promise<{ runs: number; steps: number }> {
  const happened = { runs: 0, steps: 0 }
  const commands = fc.commands([happenings], {
    maxCommands: length,
    size: 'max',
    ...(replayPath !== undefined && { replayPath }),
  })
  const end = performance.now() + seconds * 1000
  const property = fc.asyncProperty(commands, async (commands) => {
    if (performance.now() > end) return // fast-check's own limit would leave a run going on beside what follows
    const volumes = await bench.reset()
    const holder: Holder = { model: { rows: await bench.rows(), volumes, attempts: [], keys: {} }, steps: 0 }
    await fc.asyncModelRun(() => ({ model: holder, real: bench }), commands)
    await settleAll(holder, bench)
    happened.runs += 1
    happened.steps += holder.steps
  })
  await fc.assert(property, parameters)
  return happened
}
