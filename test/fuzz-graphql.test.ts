import { expect, it } from 'vitest'
import { fuzzGraphql } from './support/fuzz-graphql.ts'

// A start of test/long/fuzz-graphql.test.ts, the same each time.
it('random requests, sound or not, are answered or refused: never a fault, never costlier than was said', async () => {
  const { whole, partial, refused, codes } = await fuzzGraphql({ count: 200, seed: 4 })
  expect(whole + partial + refused).toBe(200)
  expect(Math.min(whole, refused)).toBeGreaterThan(40)
  expect(Object.keys(codes)).toEqual(
    expect.arrayContaining(['BAD_USER_INPUT', 'GRAPHQL_PARSE_FAILED', 'GRAPHQL_VALIDATION_FAILED']),
  )
})
