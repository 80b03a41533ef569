import { describe, expect, it } from 'vitest'
import { retryDelay } from '../src/worker/retry-policy.ts'

describe('the wait after a failed attempt', () => {
  it('doubles from 1 s, with full jitter', () => {
    expect([1, 2, 3, 4].map((attempt) => retryDelay(attempt, 1))).toEqual([1, 2, 4, 8])
    expect(retryDelay(5, 0)).toBe(0)
    expect(retryDelay(5, 0.5)).toBe(8)
  })

  it('is at most 5 min, and over ten attempts 8.5 min', () => {
    const waits = Array.from({ length: 9 }, (_, index) => retryDelay(index + 1, 1))
    expect(waits.reduce((sum, wait) => sum + wait) / 60).toBeCloseTo(8.5, 1)
    expect(retryDelay(20, 1)).toBe(300)
  })
})
