import { expect, it } from 'vitest'
import { Wakes } from '../src/database/wakes.ts'

/** Notifications that end when they are told to. */
function gated() {
  const sent: string[] = []
  const ends: { resolve(): void; reject(error: Error): void }[] = []
  const wakes = new Wakes((channel) => {
    sent.push(channel)
    return new Promise<void>((resolve, reject) => ends.push({ resolve, reject }))
  })
  return { wakes, sent, ends }
}
const settled = () => new Promise((resolve) => setImmediate(resolve))

it('all that comes while a notification is under way is told by one more', async () => {
  const { wakes, sent, ends } = gated()
  for (let n = 0; n < 10; n++) wakes.wake('work')
  wakes.wake('other')
  expect(sent).toEqual(['work', 'other'])
  ends[0]?.resolve()
  await settled()
  expect(sent).toEqual(['work', 'other', 'work'])
  ends[2]?.resolve()
  await settled()
  expect(sent).toHaveLength(3)
})

it('one that fails keeps none of the next from being sent', async () => {
  const { wakes, sent, ends } = gated()
  wakes.wake('work')
  ends[0]?.reject(new Error('the database is away'))
  await settled()
  wakes.wake('work')
  expect(sent).toEqual(['work', 'work'])
})
