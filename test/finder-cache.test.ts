import { expect, it, vi } from 'vitest'
import type { Finder } from '../src/database/shared-statements.ts'
import { FinderCache } from '../src/resources/finder-cache.ts'

const made = (text: string, isPrepared: boolean): Finder<never, unknown> => ({
  statement: { text, isPrepared, isChange: false, parameters: () => [], row: () => null },
  valuesOf: () => ({}),
  rowsOf: () => [],
  most: 1,
})

it('a finder is made once for each shape', () => {
  const cache = new FinderCache()
  const make = vi.fn((mayPrepare: boolean) => made('a', mayPrepare))
  expect(cache.get('a', make)).toBe(cache.get('a', make))
  expect(make).toHaveBeenCalledTimes(1)
})

it('the first 200 are prepared and stay, however many others there are; those take no place of theirs', () => {
  const cache = new FinderCache()
  for (let n = 0; n < 2000; n++) cache.get(`planned ${n}`, () => made('', false))
  const prepared = Array.from({ length: 300 }, (_, n) =>
    cache.get(`prepared ${n}`, (may) => made(`${n}`, may)),
  )
  expect(prepared.map(({ statement }) => statement.isPrepared)).toEqual(prepared.map((_, n) => n < 200))
  for (let n = 0; n < 2000; n++) cache.get(`planned again ${n}`, () => made('', false))
  const unmade = () => {
    throw new Error('it was forgotten')
  }
  for (const [n, finder] of prepared.slice(0, 200).entries())
    expect(cache.get(`prepared ${n}`, unmade)).toBe(finder)
})
