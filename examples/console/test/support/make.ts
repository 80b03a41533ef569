import { eventually } from './eventually.ts'
import type { Stage } from './start-stage.ts'

/** Makes a volume, and returns its id. */
export async function makeVolume({ ask }: Stage, name: string): Promise<string> {
  const { createVolume } = await ask(
    'mutation ($input: CreateVolumeInput!) { createVolume(input: $input) { ... on Volume { id } } }',
    { input: { name } },
  )
  return (createVolume as { id: string }).id
}

/** Takes a snapshot, and returns its id at once. */
export async function takeSnapshot({ ask }: Stage, volumeId: string, name: string): Promise<string> {
  const { createSnapshot } = await ask(
    'mutation ($input: CreateSnapshotInput!) { createSnapshot(input: $input) { ... on Snapshot { id } } }',
    { input: { volumeId, name } },
  )
  return (createSnapshot as { id: string }).id
}

/** Waits until nothing is under way. */
export async function untilDone({ ask }: Stage): Promise<void> {
  await eventually(async () => {
    const { snapshots } = await ask(
      '{ snapshots(first: 1, filter: { transitioning: [YES] }) { nodes { id } } }',
    )
    return (snapshots as { nodes: unknown[] }).nodes.length === 0
  }, 'an end of the work')
}
