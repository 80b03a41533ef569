import { describe, expect, it } from 'vitest'
import { toRfc3339 } from '../src/database/timestamp.ts'

describe('timestamps', () => {
  it.each([
    ['2026-01-31 12:00:00+00', '2026-01-31T12:00:00.000000Z'],
    ['2026-01-31 12:00:00.1+00', '2026-01-31T12:00:00.100000Z'],
    ['2026-01-31 12:00:00.123456+00', '2026-01-31T12:00:00.123456Z'],
  ])('%s is %s, with its microseconds', (text, expected) => {
    expect(toRfc3339(text)).toBe(expected)
  })

  it.each([
    '2026-01-31 12:00:00+01',
    'infinity',
    '2026-01-31 12:00:00.1234567+00',
    '',
  ])('%j throws', (text) => {
    expect(() => toRfc3339(text)).toThrow('not a UTC timestamp')
  })
})
