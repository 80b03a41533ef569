import { expect, it, vi } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { createFilesBench } from '../support/model/files.ts'
import { runFiles } from '../support/model/run-files.ts'
import { createTestStorage } from '../support/storage.ts'

vi.mock('node:fs/promises', async (original) => {
  const { gated } = await import('../support/gated-files.ts')
  return gated(await original())
})

// A failure shows its seed and path: MODEL_SEED=.. MODEL_PATH=.. does the same again, and nothing else.
const { MODEL_SEED, MODEL_PATH } = process.env
const seed = MODEL_SEED === undefined ? Date.now() % 2 ** 31 : Number(MODEL_SEED)
const database = await createTestDatabase()

it(`an attempt that lost its lease publishes and replaces no file, and leaves none behind (seed ${seed})`, async () => {
  const storage = await createTestStorage()
  const createBench = async () => createFilesBench(database, storage)
  const replay = MODEL_PATH === undefined ? {} : { path: MODEL_PATH }
  const happened = await runFiles(createBench, { length: 60, numRuns: 2000, seconds: 60, seed, ...replay })
  expect(happened.runs).toBeGreaterThan(0)
  console.info(`seed ${seed}: ${happened.runs} runs, ${happened.steps} steps`)
})
