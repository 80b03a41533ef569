import { expect, it } from 'vitest'
import { logOutages } from '../src/database/log-outages.ts'
import { eventually } from './support/eventually.ts'

const refused = Object.assign(new Error('Failed query: select secret'), {
  cause: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  }),
})

function outages(calm: number) {
  const lines: { level: string; fields: object; message: string }[] = []
  const keep = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message })
  const log = { info: keep('info'), warn: keep('warn'), error: keep('error') }
  return { lines, hear: logOutages(log, 'requests', calm) }
}

it('an outage is told at its beginning and at its end, not for each statement', async () => {
  const { lines, hear } = outages(0.1)
  for (let times = 0; times < 1000; times++) hear(refused)
  hear(null)
  const began = {
    level: 'error',
    fields: { reason: 'connect ECONNREFUSED 127.0.0.1:5432' },
    message: 'the database is away for requests',
  }
  expect(lines).toEqual([began])
  const ended = {
    level: 'info',
    fields: { seconds: 0, failed: 1000 },
    message: 'the database is back for requests',
  }
  await eventually(() => expect(lines).toEqual([began, ended]))
  hear(null)
  hear(refused)
  expect(lines).toEqual([began, ended, began])
})

it('statements that succeed in between do not end it: of a server that only reads, say', async () => {
  const { lines, hear } = outages(0.2)
  const readOnly = Object.assign(new Error('cannot execute INSERT in a read-only transaction'), {
    code: '25006',
  })
  for (let times = 0; times < 100; times++) {
    hear(readOnly)
    hear(null)
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect(lines).toHaveLength(1)
  await eventually(() => expect(lines).toHaveLength(2))
})

it('a statement that the database refuses is no outage', () => {
  const { lines, hear } = outages(0)
  for (const code of ['23505', '57014', '40P01']) hear(Object.assign(new Error(), { code }))
  expect(lines).toEqual([])
})
