import { it } from 'vitest'
import { createTestDatabase } from './support/database.ts'
import { createBench } from './support/model/bench.ts'
import { runModel } from './support/model/run-model.ts'

const bench = await createBench(await createTestDatabase())

// The long run is in test/long/model.test.ts, which also says how a failure is replayed.
it('rows, leases and answers are what the model says, in whatever order things happen', async () => {
  await runModel(bench, { length: 40, numRuns: 40, seconds: 5 })
})
