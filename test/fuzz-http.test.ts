import { expect, it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { fuzzHttp } from './support/http-fuzz.ts'
import { rowMaker } from './support/rows.ts'

// The quick version of test/long/fuzz-http.test.ts.
it('300 mutated HTTP requests end in no fault', async () => {
  const database = await createTestDatabase()
  await rowMaker(database).volume()
  const { faults, errors, statuses } = await fuzzHttp(database, 300, 20_260_101)
  expect([faults, errors]).toEqual([[], []])
  expect(statuses).toMatchObject({ 200: expect.any(Number), 400: expect.any(Number) })
})
