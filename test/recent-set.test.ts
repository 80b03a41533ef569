import { expect, it } from 'vitest'
import { createRecentSet } from '../src/http/recent-set.ts'

it('a recent set forgets what was added the longest ago, and is never larger than it may be', () => {
  const set = createRecentSet(3)
  const kept = () => ['a', 'b', 'c', 'd', 'e'].filter(set.has).join('')
  for (const text of 'abc') set.add(text)
  expect(kept()).toBe('abc')
  set.add('a')
  set.add('d')
  expect(kept()).toBe('acd')
  set.delete('c')
  set.add('e')
  expect(kept()).toBe('ade')
  set.add('b')
  expect(kept()).toBe('bde')
})
