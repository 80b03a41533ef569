import { readdirSync } from 'node:fs'
import { expect } from 'vitest'
import { eventually } from './eventually.ts'
import type { GatewayProcess } from './process.ts'

// The main job, asked of a running gateway.

/** The gateway on a free port. */
export const serve = ['--port', '0']

const progress =
  'id state transitioning transitioningMessage backup { id uri checksum sizeBytes } sizeBytes checksum'
export const read = async (gateway: GatewayProcess, id: string) =>
  (await gateway.data(`{ snapshot(id: "${id}") { ${progress} } }`)).snapshot
/** Some of what is packed takes seconds on a machine that has nothing else to do. */
export const settles = (gateway: GatewayProcess, id: string, state: string) =>
  eventually(
    async () => expect(await read(gateway, id)).toMatchObject({ state, transitioning: 'NO' }),
    45_000,
  )
export const act = (gateway: GatewayProcess, mutation: string, id: string) =>
  gateway.data(`mutation { ${mutation}(input: { id: "${id}" }) { __typename ... on UserError { message } } }`)
export async function createVolume(gateway: GatewayProcess, name: string): Promise<string> {
  const { createVolume } = await gateway.data(
    `mutation { createVolume(input: { name: "${name}" }) { ... on Volume { id } ... on UserError { message } } }`,
  )
  return createVolume.id
}
export async function createSnapshot(gateway: GatewayProcess, volumeId: string): Promise<string> {
  const { createSnapshot } = await gateway.data(
    `mutation { createSnapshot(input: { volumeId: "${volumeId}" }) { ... on Snapshot { id } ... on UserError { message } } }`,
  )
  return createSnapshot.id
}
export const archives = (root: string) =>
  (readdirSync(root, { recursive: true }) as string[]).filter(
    (name) => name.endsWith('.gz') || name.endsWith('.tmp'),
  )
