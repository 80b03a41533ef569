import { expect, it, vi } from 'vitest'
import type { Statement } from '../src/database/statement.ts'
import { StatementCache } from '../src/resources/statement-cache.ts'

const made = (text: string, isPrepared: boolean): Statement<unknown> => ({
  text,
  isPrepared,
  isChange: false,
  parameters: () => [],
  row: () => null,
})

it('a statement is made once for each shape', () => {
  const cache = new StatementCache()
  const make = vi.fn((mayPrepare: boolean) => made('a', mayPrepare))
  expect(cache.get('a', make)).toBe(cache.get('a', make))
  expect(make).toHaveBeenCalledTimes(1)
})

it('the first 200 are prepared and stay, however many others there are; those take no place of theirs', () => {
  const cache = new StatementCache()
  for (let n = 0; n < 2000; n++) cache.get(`planned ${n}`, () => made('', false))
  const prepared = Array.from({ length: 300 }, (_, n) =>
    cache.get(`prepared ${n}`, (may) => made(`${n}`, may)),
  )
  expect(prepared.map(({ isPrepared }) => isPrepared)).toEqual(prepared.map((_, n) => n < 200))
  for (let n = 0; n < 2000; n++) cache.get(`planned again ${n}`, () => made('', false))
  const unmade = () => {
    throw new Error('it was forgotten')
  }
  for (const [n, statement] of prepared.slice(0, 200).entries())
    expect(cache.get(`prepared ${n}`, unmade)).toBe(statement)
})
