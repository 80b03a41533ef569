import { expect, it, vi } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { createFilesBench, type FilesBench } from '../support/model/files.ts'
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
  const happened = await runFiles(createBench, { length: 60, numRuns: 2000, seconds: 45, seed, ...replay })
  expect(happened.runs).toBeGreaterThan(0)
  console.info(`seed ${seed}: ${happened.runs} runs, ${happened.steps} steps`)
})

/** The attempt goes on for so many changes of files; whether it came so far. */
async function forward(bench: FilesBench, attempt: FilesBench['waiting'][number] | undefined, steps: number) {
  for (let left = steps; left > 0; left--) {
    if (!attempt || !bench.waiting.includes(attempt)) return false
    await bench.step(attempt)
  }
  return true
}

it.each([
  ['create', 'created'],
  ['backup', 'backed-up'],
])('a late attempt meets the next one at any two of their steps, and the %s comes to its end', async (process, end) => {
  const storage = await createTestStorage()
  // As far as the late one comes before it loses its lease, and the next one before the late one goes on.
  for (let far = 0, comes = true; comes; far++) {
    for (let near = 0, comesNear = true; comesNear && comes; near++) {
      const bench = createFilesBench(database, storage)
      await bench.begin()
      const id = (await bench.rows())[0]?.id ?? ''
      if (process === 'backup') {
        await bench.work()
        await bench.act('backupSnapshot', id)
      }
      await bench.claim()
      const late = bench.waiting[0]
      comes = await forward(bench, late, far)
      await bench.pass('lease', id)
      await bench.claim()
      const next = bench.waiting[1]
      comesNear = await forward(bench, next, near)
      await forward(bench, late, 99)
      await forward(bench, next, 99)
      await bench.work()
      expect((await bench.rows()).find((row) => row.id === id)).toMatchObject({
        state: end,
        transitioning: 'no',
      })
      expect(bench.temporaries()).toEqual([])
    }
  }
})
