import { expect, it } from 'vitest'
import { writeInTurns } from '../src/logging/write-in-turns.ts'

function recordWrites() {
  const written: string[] = []
  let flushed = 0
  const stream = writeInTurns({ write: (text) => void written.push(text), flushSync: () => void flushed++ })
  return { stream, written, flushed: () => flushed }
}
const turn = () => new Promise((resolve) => setImmediate(resolve))

it('lines of one turn are one write, in their order', async () => {
  const { stream, written } = recordWrites()
  for (const line of ['one\n', 'two\n']) stream.write(line)
  await Promise.resolve()
  stream.write('three\n')
  expect(written).toEqual([])
  await turn()
  stream.write('four\n')
  await turn()
  expect(written).toEqual(['one\ntwo\nthree\n', 'four\n'])
})

it('a flush leaves nothing behind', async () => {
  const { stream, written, flushed } = recordWrites()
  stream.write('last words\n')
  stream.flushSync()
  expect([written, flushed()]).toEqual([['last words\n'], 1])
  await turn()
  expect(written).toHaveLength(1)
})
