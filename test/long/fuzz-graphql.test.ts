import { expect, it } from 'vitest'
import { fuzzGraphql } from '../support/fuzz-graphql.ts'

const seed = Number(process.env.FUZZ_SEED || Math.floor(Math.random() * 2 ** 32))

it(`20,000 random requests are answered or refused, and leave nothing behind (FUZZ_SEED=${seed})`, async () => {
  const report = await fuzzGraphql({ count: 20_000, seed })
  process.stdout.write(`seed ${seed}: ${JSON.stringify(report)}\n`)
  expect(Math.min(report.whole, report.refused)).toBeGreaterThan(4000)
  expect(report.growth).toBeLessThan(10 * 2 ** 20)
})
