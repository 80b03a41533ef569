import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDocumentCache } from '../src/http/document-cache.ts'

describe('the cache of documents', () => {
  it('forgets those first that were used the longest ago', () => {
    const cache = createDocumentCache<number>(6)
    cache.set('aa', 1)
    cache.set('bb', 2)
    cache.set('cc', 3)
    expect(cache.get('aa')).toBe(1)
    cache.set('dd', 4)
    expect(['aa', 'bb', 'cc', 'dd'].map(cache.get)).toEqual([1, undefined, 3, 4])
    cache.set('eeee', 5)
    expect(['aa', 'cc', 'dd', 'eeee'].map(cache.get)).toEqual([undefined, undefined, 4, 5])
  })

  it('keeps one that is set again once, with its last value', () => {
    const cache = createDocumentCache<number>(4)
    for (const value of [1, 2, 3]) cache.set('aa', value)
    cache.set('bb', 4)
    expect(['aa', 'bb'].map(cache.get)).toEqual([3, 4])
  })

  it('never holds more characters than it may, whatever is set and asked for', () => {
    const document = fc.string({ minLength: 1, maxLength: 12 })
    const step = fc.record({ document, asks: fc.boolean() })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const cache = createDocumentCache<string>(20)
        for (const { document, asks } of steps) {
          if (asks) expect([undefined, document]).toContain(cache.get(document))
          else {
            cache.set(document, document)
            expect(cache.get(document)).toBe(document)
          }
        }
        const held = [...new Set(steps.map(({ document }) => document))].filter(
          (document) => cache.get(document) !== undefined,
        )
        expect(held.join('').length).toBeLessThanOrEqual(20)
      }),
    )
  })

  it('does not remember one that is longer than all that it may hold', () => {
    const cache = createDocumentCache<number>(4)
    cache.set('aa', 1)
    cache.set('bbbbb', 2)
    expect(['aa', 'bbbbb'].map(cache.get)).toEqual([1, undefined])
  })
})
