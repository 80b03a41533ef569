import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { expect, it, vi } from 'vitest'
import { createReadiness } from '../src/database/readiness.ts'
import { createTestDatabase } from './support/database.ts'

const { db } = await createTestDatabase()
/** A database that does nothing but answer. */
const answering = (execute: (...args: never[]) => unknown) => ({ execute }) as unknown as PostgresJsDatabase

it('the database is asked anew each time, by one statement for all that wait', async () => {
  const asked = vi.fn(db.execute.bind(db))
  const isReady = createReadiness(answering(asked))
  expect(await Promise.all([isReady(), isReady(), isReady()])).toEqual([true, true, true])
  expect(asked).toHaveBeenCalledTimes(1)
  expect(await isReady()).toBe(true)
  expect(asked).toHaveBeenCalledTimes(2)
})

it('a database that refuses, or does not answer in time, is not ready; statements to it do not pile up', async () => {
  const refusing = createReadiness(answering(() => Promise.reject(new Error('away'))))
  expect(await refusing()).toBe(false)
  const hanging = vi.fn(() => new Promise(() => {}))
  const isReady = createReadiness(answering(hanging))
  expect(await Promise.all([isReady(), isReady()])).toEqual([false, false])
  expect(await isReady()).toBe(false)
  expect(hanging).toHaveBeenCalledTimes(1)
})

it('a statement that is lost with its connection is asked anew', async () => {
  const answers = [new Promise(() => {}), Promise.resolve()]
  const isReady = createReadiness(
    answering(() => answers.shift()),
    1,
  )
  expect(await isReady()).toBe(false)
  expect(await isReady()).toBe(true)
})
