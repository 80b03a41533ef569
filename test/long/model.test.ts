import { expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { createBench } from '../support/model/bench.ts'
import { runModel } from '../support/model/run-model.ts'

// A failure shows its seed, its path and a replayPath:
//   MODEL_SEED=.. MODEL_PATH=.. MODEL_REPLAY_PATH=.. \
//     npx vitest run --config vitest.long.config.ts test/long/model.test.ts
// does the same again, and nothing else.
const { MODEL_SEED, MODEL_PATH, MODEL_REPLAY_PATH } = process.env
const seed = MODEL_SEED === undefined ? Date.now() % 2 ** 31 : Number(MODEL_SEED)

const bench = await createBench(await createTestDatabase())

it(`rows, leases and answers are what the model says (seed ${seed})`, async () => {
  const replay = { ...(MODEL_PATH && { path: MODEL_PATH, replayPath: MODEL_REPLAY_PATH ?? '' }) }
  const happened = await runModel(bench, { length: 80, numRuns: 5000, seconds: 75, seed, ...replay })
  expect(happened.runs).toBeGreaterThan(0)
  console.info(`seed ${seed}: ${happened.runs} runs, ${happened.steps} steps`)
})
