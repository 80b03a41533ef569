import type { Sql } from 'postgres'
import { expect, it, vi } from 'vitest'
import { createReadiness } from '../src/database/readiness.ts'
import { createTestDatabase } from './support/database.ts'

const { client } = await createTestDatabase()

it('the database is asked anew each time, by one statement for all that wait', async () => {
  const asked = vi.fn(client as unknown as (...args: unknown[]) => unknown)
  const isReady = createReadiness(asked as unknown as Sql)
  expect(await Promise.all([isReady(), isReady(), isReady()])).toEqual([true, true, true])
  expect(asked).toHaveBeenCalledTimes(1)
  expect(await isReady()).toBe(true)
  expect(asked).toHaveBeenCalledTimes(2)
})

it('a database that refuses, or does not answer in time, is not ready; statements to it do not pile up', async () => {
  const refusing = createReadiness((() => Promise.reject(new Error('away'))) as unknown as Sql)
  expect(await refusing()).toBe(false)
  const hanging = vi.fn(() => new Promise(() => {}))
  const isReady = createReadiness(hanging as unknown as Sql)
  expect(await Promise.all([isReady(), isReady()])).toEqual([false, false])
  expect(await isReady()).toBe(false)
  expect(hanging).toHaveBeenCalledTimes(1)
})

it('a statement that is lost with its connection is asked anew', async () => {
  const answers = [new Promise(() => {}), Promise.resolve()]
  const isReady = createReadiness((() => answers.shift()) as unknown as Sql, 1)
  expect(await isReady()).toBe(false)
  expect(await isReady()).toBe(true)
})
