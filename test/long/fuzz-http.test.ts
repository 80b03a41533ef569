import { expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { fuzzHttp } from '../support/http-fuzz.ts'
import { rowMaker } from '../support/rows.ts'

/** FUZZ_SEED=… repeats a run. */
const seed = Number(process.env.FUZZ_SEED) || Date.now() % 2 ** 31

it(`20,000 mutated HTTP requests (seed ${seed}) end in no fault, memory is flat and no connection is left`, async () => {
  const database = await createTestDatabase()
  await rowMaker(database).volume()
  const { faults, errors, statuses, heap } = await fuzzHttp(database, 20_000, seed)
  console.log({ seed, statuses, heap })
  expect([faults.slice(0, 5), errors.slice(0, 5)]).toEqual([[], []])
  expect(heap[1] - heap[0]).toBeLessThan(20)
})
