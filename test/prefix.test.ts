import fc from 'fast-check'
import { expect, it } from 'vitest'
import { endOfPrefix } from '../src/resources/prefix.ts'

/** As Postgres compares text that is COLLATE "C": by the bytes of UTF-8, which is by code points. */
const before = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0
const character = fc.constantFrom(
  'a',
  'b',
  '\u007f',
  '\u0080',
  '\ud7ff',
  '\ue000',
  '\uffff',
  '\u{10000}',
  '\u{10fffe}',
  '\u{10ffff}',
)
const text = fc.oneof(
  fc.array(character, { maxLength: 4 }).map((characters) => characters.join('')),
  fc.string({ unit: 'binary', maxLength: 4 }),
)

it('what starts with a prefix is what lies from it on, and before its end', () => {
  fc.assert(
    fc.property(text, text, (prefix, other) => {
      const end = endOfPrefix(prefix)
      for (const candidate of [other, prefix + other])
        expect(candidate.startsWith(prefix)).toBe(
          !before(candidate, prefix) && (end === null || before(candidate, end)),
        )
    }),
    { numRuns: 2000 },
  )
})

it.each([
  ['a', 'b'],
  ['a\u{10ffff}', 'b'],
  ['\ud7ff', '\ue000'],
  ['', null],
  ['\u{10ffff}\u{10ffff}', null],
])('%j ends before %j', (prefix, end) => {
  expect(endOfPrefix(prefix)).toBe(end)
})
