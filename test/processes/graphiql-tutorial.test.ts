import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { serve } from '../support/main-job.ts'
import { startProcess } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'
import { openStream } from '../support/streams.ts'
import { blocksOf } from '../support/tutorial.ts'

/** What differs from one installation to another. */
const varies = /^(sha256:|file:\/\/|\d+$)/

/** What a document shows of an answer: what varies is of the same form, all else the same. */
function asShown(value: unknown): unknown {
  if (typeof value === 'string') return varies.test(value) ? expect.stringMatching(varies) : value
  if (Array.isArray(value)) return value.map(asShown)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, asShown(part)]))
}

it('every step of docs/graphiql.md is answered as it says', async () => {
  const gateway = await startProcess(serve, {}, { cwd: temporaryDirectory() })
  const blocks = blocksOf('docs/graphiql.md')
  const steps = blocks.flatMap(({ language, text }, n) =>
    language === 'graphql' ? { query: text, answer: blocks[n + 1] } : [],
  )
  expect(steps.length).toBeGreaterThan(7)
  for (const { query, answer } of steps) {
    if (query.startsWith('subscription')) {
      expect((await (await openStream(gateway.url, query)).delivery()).event).toBeNull()
      continue
    }
    const expected = JSON.parse(answer?.text ?? '')
    const ask = async () => {
      const response = await fetch(gateway.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query }),
      })
      const { data, errors } = await response.json()
      return errors ? { errors } : data
    }
    if (/^query/.test(query))
      await eventually(async () => expect(await ask()).toMatchObject(asShown(expected) as object), 30_000)
    else expect(await ask()).toEqual(asShown(expected))
  }
})
