import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatId, type IdType, parseId } from '../src/resources/ids.ts'

const idTypes: IdType[] = ['snapshot', 'volume', 'backup', 'account', 'snapshotEvent']

describe('ids', () => {
  it('are spelled as Rancher spells them', () => {
    expect(idTypes.map((type) => formatId(type, 12n))).toEqual(['1s12', '1v12', '1b12', '1a12', '1se12'])
  })

  it('parse back to the type and row they were made of', () => {
    fc.assert(
      fc.property(fc.constantFrom(...idTypes), fc.bigInt({ min: 1n, max: 10n ** 18n - 1n }), (type, id) => {
        expect(parseId(formatId(type, id))).toEqual({ type, id })
      }),
    )
  })

  it.each([
    '',
    '1s',
    '1s0',
    '1s01',
    '1s-1',
    '1x1',
    '2s1',
    's1',
    '1S1',
    '1s1\n',
    ' 1s1',
    '1s1000000000000000000',
  ])('refuse %j', (text) => {
    expect(parseId(text)).toBeNull()
  })

  it('have one spelling: whatever parses is written back the same', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^1[svbae]{1,2}[0-9]{1,20}$/), (text) => {
        const parsed = parseId(text)
        if (parsed) expect(formatId(parsed.type, parsed.id)).toBe(text)
      }),
    )
  })
})
