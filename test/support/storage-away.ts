import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { DatabaseAddress } from '../../src/database/database.ts'
import { eventually } from './eventually.ts'
import { read, serve } from './main-job.ts'
import { type GatewayProcess, startProcess } from './process.ts'
import { startProxy } from './proxy.ts'
import { temporaryDirectory } from './storage.ts'

// What the tests of storage that goes away have in common. They run end to end: the cause is set up, the row tells of
// it, the cause is removed, and the work is done.

export const MiB = 2 ** 20

export type Folders = ReturnType<typeof makeFolders>

/** Folders for an installation, with a volume of 4 MiB, `db`. */
export function makeFolders() {
  const cwd = temporaryDirectory()
  const [volumes, data, backups] = [join(cwd, 'volumes'), join(cwd, 'data'), join(cwd, 'backups')]
  for (const folder of [join(volumes, 'db'), data, backups]) mkdirSync(folder, { recursive: true })
  const file = join(volumes, 'db/file')
  writeFileSync(file, randomBytes(4 * MiB))
  return { cwd, volumes, data, backups, file }
}

/** The gateway on these folders, run by the command `via`. */
export async function startOn(
  { cwd, volumes, data, backups }: Folders,
  address: DatabaseAddress,
  via: string[] = [],
): Promise<GatewayProcess> {
  const env = {
    DATABASE_URL: await startProxy(address, (_, message) => message),
    DATA_DIR: data,
    VOLUMES_DIR: volumes,
    BACKUP_TARGET: `file://${backups}`,
    MIN_FREE_BYTES: '1MiB',
  }
  return startProcess(serve, env, { cwd, via })
}

/** Waits until a snapshot is as expected. */
export const says = (gateway: GatewayProcess, id: string, expected: object) =>
  eventually(async () => expect(await read(gateway, id)).toMatchObject(expected))

/** Waits until a snapshot tells why it is tried again. */
export const waits = (gateway: GatewayProcess, id: string, state: string, reason: RegExp) =>
  says(gateway, id, {
    state,
    transitioning: 'YES',
    transitioningMessage: expect.stringMatching(new RegExp(`^attempt \\d of 10: ${reason.source}$`)),
  })

/** All that is below a folder, but for the marker. */
export const filesBelow = (folder: string) =>
  (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name !== '.snapshot-gateway')
