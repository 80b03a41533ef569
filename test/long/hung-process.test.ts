import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { createInstallation } from '../support/crash/installation.ts'
import { createTestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { act, createSnapshot, settles } from '../support/main-job.ts'
import { filesBelow, says } from '../support/storage-away.ts'

const database = await createTestDatabase()

it('storage that hangs ends at the deadline, and holds up nothing else', async () => {
  const at = await createInstallation(database.address, {
    OPERATION_DEADLINE: '8s',
    WORKER_CONCURRENCY: '2',
  })
  const { gateway, volumeId } = at
  const children = () =>
    execFileSync('ps', ['-o', 'pid=', '--ppid', String(gateway.process.pid)], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
  const before = children()
  at.plan({ method: 'takeSnapshot', hold: { step: 'write temporary archive', until: at.file('go') } })
  const hung = await createSnapshot(gateway, volumeId)
  await eventually(() => readFileSync(at.file('go.held')))
  const [child = '', ...more] = children().filter((pid) => !before.includes(pid))
  expect(more).toEqual([])
  process.kill(Number(child), 'SIGSTOP')
  at.plan(null)

  // Others are taken and removed meanwhile, by the other place.
  const other = await createSnapshot(gateway, volumeId)
  await settles(gateway, other, 'CREATED')
  await act(gateway, 'removeSnapshot', other)
  await settles(gateway, other, 'REMOVED')
  await says(gateway, hung, {
    state: 'CREATING',
    transitioning: 'ERROR',
    transitioningMessage: 'gave up after 8 s: Writing the archive',
  })
  // The holder finds out at its next renewal, and kills the process, which leaves a part of an archive.
  await eventually(() => expect(children()).not.toContain(child), 30_000)
  expect(filesBelow(at.root('snapshots'))).toContainEqual(expect.stringMatching(/\.tmp$/))
  await act(gateway, 'removeSnapshot', hung)
  await settles(gateway, hung, 'REMOVED')
  expect(filesBelow(at.root('snapshots'))).toEqual([])
  // Both places are free again.
  const again = await Promise.all([createSnapshot(gateway, volumeId), createSnapshot(gateway, volumeId)])
  for (const id of again) await settles(gateway, id, 'CREATED')
  expect(await gateway.stop()).toBe(0)
})
