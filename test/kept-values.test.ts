import { expect, it } from 'vitest'
import { eventually } from './support/eventually.ts'
import { aCopy } from './support/fake-driver.ts'
import { createWorkbench } from './support/worker.ts'

const { gateway, volumeUuid, work, act, reaches } = await createWorkbench()

const change = async (mutation: string, input: Record<string, unknown>) =>
  (
    await gateway.data(
      `mutation ($input: ${mutation.replace(/^./, (letter) => letter.toUpperCase())}Input!) {
        result: ${mutation}(input: $input) { ... on Resource { id } ... on UserError { message } } }`,
      { input },
    )
  ).result.id as string
const read = async (id: string) =>
  (
    await gateway.data(
      `query ($id: ID!) { node(id: $id) { id ... on Resource { name description created stateName removed }
        ... on Snapshot { sizeBytes contents: checksum managedVolumeUUID backup { id } }
        ... on Backup { sizeBytes checksum uri snapshotId volumeId } } }`,
      { id },
    )
  ).node

/** Takes a snapshot and backs it up; the ids of both, and the uuid of the copy. */
async function backedUp(driver: Awaited<ReturnType<typeof work>>['driver'], values: Record<string, unknown>) {
  const id = await change('createSnapshot', { volumeId: '1v1', ...values })
  await (await driver.next()).succeed({ ...aCopy, sizeBytes: 7n })
  await reaches(id, { state: 'CREATED' })
  await act('backupSnapshot', id)
  const copying = await driver.next()
  await copying.succeed()
  await reaches(id, { state: 'BACKED_UP' })
  return { id, backupId: (await read(id)).backup.id as string, copy: copying.job.backupUuid }
}

it.each([
  { name: 'nightly', description: 'before the\tupgrade' },
  { name: null, description: null },
])('a backup keeps the name and description that its snapshot had when it was backed up: %o', async (values) => {
  const { driver } = await work()
  const { id, backupId } = await backedUp(driver, values)
  const backup = await read(backupId)
  expect(backup).toMatchObject(values)
  for (const renamed of [
    { name: 'other', description: 'other' },
    { name: null, description: null },
  ]) {
    await change('updateSnapshot', { id, ...renamed })
    expect(await read(id)).toMatchObject(renamed)
    expect(await read(backupId)).toEqual(backup)
  }
})

it('what is removed still says how large it was, what it contained and where', async () => {
  const { driver } = await work()
  const { id, backupId, copy } = await backedUp(driver, { name: 'a', description: 'b' })
  const [snapshot, backup] = [await read(id), await read(backupId)]
  expect(snapshot).toMatchObject({
    sizeBytes: '7',
    contents: aCopy.checksum,
    managedVolumeUUID: await volumeUuid(),
  })
  expect(backup).toMatchObject({
    sizeBytes: '42',
    checksum: aCopy.checksum,
    uri: `file:///backups/${await volumeUuid()}/${copy}.tar.gz`,
  })
  const removed = { stateName: 'removed', removed: true }

  await act('removeSnapshot', id)
  await (await driver.next()).succeed()
  await eventually(async () => expect(await read(id)).toEqual({ ...snapshot, ...removed }))
  expect(await read(backupId)).toEqual(backup)

  await act('removeBackup', backupId)
  await (await driver.next()).succeed()
  await eventually(async () => expect(await read(backupId)).toEqual({ ...backup, ...removed }))
  expect(await read(id)).toEqual({ ...snapshot, ...removed, backup: null })
})
