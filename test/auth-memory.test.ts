import { describe, expect, it, vi } from 'vitest'
import { createMemory } from '../src/auth/memory.ts'

/** A memory whose answers come when they are told to. */
function memoryOf(options: { size?: number; lifetime?: number; patience?: number } = {}) {
  const answers: ((value: string | null) => void)[] = []
  const find = vi.fn(() => new Promise<string | null>((resolve) => void answers.push(resolve)))
  return {
    memory: createMemory({ find, ...options }),
    find,
    answer: (value: string | null) => answers.shift()?.(value),
  }
}

describe('a memory', () => {
  it('asks once for all that ask at a time, and not for what it remembers', async () => {
    const { memory, find, answer } = memoryOf()
    const asked = [memory.ask('a'), memory.ask('a')]
    expect(memory.peek('a')).toBeNull()
    answer('found')
    expect(await Promise.all(asked)).toEqual(['found', 'found'])
    expect([memory.peek('a'), memory.peek('b')]).toEqual(['found', null])
    expect(find).toHaveBeenCalledTimes(1)
  })

  it.each([
    ['that key', 'a'],
    ['all', undefined],
  ])('does not remember what was on its way when %s was forgotten', async (_, forgotten) => {
    const { memory, find, answer } = memoryOf()
    const before = memory.ask('a')
    memory.forget(forgotten)
    const after = memory.ask('a')
    answer('stale')
    expect(await before).toBe('stale')
    expect(memory.peek('a')).toBeNull()
    expect(find).toHaveBeenCalledTimes(2)
    answer('fresh')
    expect([await after, memory.peek('a')]).toEqual(['fresh', 'fresh'])
    memory.forget('b')
    expect(memory.peek('a')).toBe('fresh')
    memory.forget(forgotten)
    expect(memory.peek('a')).toBeNull()
  })

  it('holds so many at most, and nothing of those that there are not', async () => {
    const memory = createMemory({ find: async (key) => (key.startsWith('no') ? null : key), size: 3 })
    for (const key of ['a', 'b', 'c', 'no1', 'no2', 'no3', 'no4', 'a', 'd']) await memory.ask(key)
    expect(['a', 'b', 'c', 'd', 'no1'].map((key) => memory.peek(key))).toEqual(['a', null, 'c', 'd', null])
  })

  it('gives an answer up that does not come, and asks anew then', async () => {
    const { memory, find, answer } = memoryOf({ patience: 0.02 })
    const asked = [memory.ask('a'), memory.ask('a')].map((one) =>
      expect(one).rejects.toMatchObject({ code: 'UNAVAILABLE' }),
    )
    await Promise.all(asked)
    const again = memory.ask('a')
    answer('late') // of the first
    answer('found')
    expect(await again).toBe('found')
    expect(find).toHaveBeenCalledTimes(2)
  })

  it('passes on what fails, and asks anew then', async () => {
    const find = vi.fn().mockRejectedValueOnce(new Error('away')).mockResolvedValue('found')
    const memory = createMemory({ find })
    await expect(memory.ask('a')).rejects.toThrow('away')
    expect(await memory.ask('a')).toBe('found')
  })
})
