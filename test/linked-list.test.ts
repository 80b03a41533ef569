import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Link, LinkedList } from '../src/linked-list.ts'

it('has what was added and not removed, in its order, as a Set has', () => {
  const step = fc.oneof(
    fc.record({ add: fc.nat() }),
    fc.record({ remove: fc.nat({ max: 50 }) }), // also what is not there any more
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
      const list = new LinkedList<{ value: number }>()
      const links: Link<{ value: number }>[] = []
      const model = new Set<{ value: number }>()
      for (const step of steps) {
        if ('add' in step) {
          const value = { value: step.add }
          links.push(list.add(value))
          model.add(value)
        } else {
          const link = links[step.remove]
          if (!link) continue
          list.remove(link)
          model.delete(link.value)
        }
        expect(list.values()).toEqual([...model])
        expect(list.first).toBe([...model][0])
        expect(list.size).toBe(model.size)
      }
    }),
  )
})

it('what was removed leads nowhere', () => {
  const list = new LinkedList<string>()
  const [first, second] = [list.add('first'), list.add('second')]
  list.remove(first)
  list.add('third')
  expect(first.next).toBeNull()
  expect(second.previous).toBeNull()
})
