import type { ChildProcess } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it, onTestFinished, vi } from 'vitest'
import { createStoragePool } from '../../src/storage/pool.ts'
import { eventually } from '../support/eventually.ts'
import { aSnapshot, aWork, createTestStorage } from '../support/storage.ts'

/** Those that were started, and how each really dies: the kernel keeps one that waits for a dead disk from it. */
const forked = vi.hoisted((): (() => void)[] => [])
vi.mock('node:child_process', async (original) => {
  const real = await original<typeof import('node:child_process')>()
  const fork: typeof real.fork = (...args) => {
    const child: ChildProcess = real.fork(...(args as Parameters<typeof real.fork>))
    const kill = child.kill.bind(child)
    forked.push(() => kill('SIGKILL'))
    child.kill = () => true
    return child
  }
  return { ...real, fork }
})

it('a process that does not die is counted and gives up its place, up to a bound', async () => {
  const { config, logged } = await createTestStorage()
  // It hangs in the call of a worker, and answers those of a request.
  const entry = join(config.dataDir, 'child.mjs')
  writeFileSync(
    entry,
    `process.on('message', ({ method }) => {
      if (method === 'checkVolume') process.send({ type: 'done', value: null })
    })`,
  )
  const error = (fields: object, message: string) => void logged.push({ fields, message })
  const log = { info: () => {}, warn: () => {}, error }
  const pool = createStoragePool({ entry, size: 1, maximumStuck: 1, killAfter: 0.1, vfs: config, log })
  onTestFinished(async () => {
    for (const die of forked) die()
    await pool.close()
  })
  const { driver } = pool
  const look = () => driver.checkVolume({ accountRoot: '', path: 'db' })
  const hang = async () => {
    const work = aWork()
    const call = driver.takeSnapshot(aSnapshot(), work)
    work.stop.abort()
    await expect(call).rejects.toMatchObject({ code: 'ABORTED' })
  }

  await hang()
  expect(pool.stuck()).toBe(1)
  expect(await look()).toBeNull()
  expect(forked).toHaveLength(2)
  expect(logged).toEqual([
    {
      fields: { stuck: 1 },
      message: 'a storage process does not die: the storage does not answer the kernel',
    },
  ])

  await hang()
  expect(pool.stuck()).toBe(1)
  const waiting = look()
  expect(forked).toHaveLength(2) // the second keeps its place
  forked[0]?.() // and gives it up when another dies
  expect(await waiting).toBeNull()
  expect(forked).toHaveLength(3)
  expect(pool.stuck()).toBe(1)
  forked[1]?.()
  await eventually(() => expect(pool.stuck()).toBe(0))
})
