import { expect, it, vi } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import { createFilesBench } from '../support/model/files.ts'
import { runFiles } from '../support/model/run-files.ts'
import { createTestStorage } from '../support/storage.ts'

vi.mock('node:fs/promises', async (original) => {
  const { gated } = await import('../support/gated-files.ts')
  return gated(await original())
})

const database = await createTestDatabase()

it('a backup that is late writes no manifest beside a copy that was removed', async () => {
  const storage = await createTestStorage()
  const bench = createFilesBench(database, storage)
  await bench.begin()
  const finish = async () => {
    await bench.claim()
    for (let own = bench.waiting.at(-1); own && bench.waiting.includes(own); ) await bench.step(own)
  }
  await finish()
  const [{ id = '' } = {}] = await bench.rows()
  await bench.act('backupSnapshot', id)
  await bench.claim()
  const [late] = bench.waiting
  // It has published the copy, and not yet what tells of it.
  const hasCopy = () => storage.files('backups').some((name) => name.endsWith('.tar.gz'))
  while (late && !(hasCopy() && late.at.includes('.json.'))) await bench.step(late)
  await bench.pass('lease', id)
  await finish()
  const backup = (await bench.rows()).find(({ kind }) => kind === 'backup')
  await bench.act('removeBackup', backup?.id ?? '')
  await finish()
  expect(storage.files('backups')).toEqual([])
  while (late && bench.waiting.includes(late)) await bench.step(late)
  expect(storage.files('backups')).toEqual([])
})

// The long run is in test/long/late-files.test.ts.
it('an attempt that lost its lease publishes and replaces no file, and leaves none behind', async () => {
  const storage = await createTestStorage()
  const createBench = async () => createFilesBench(database, storage)
  await runFiles(createBench, { length: 30, numRuns: 20, seconds: 4 })
})
