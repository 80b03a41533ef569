import { randomBytes, randomUUID } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { EmbeddedPostgresError } from './embedded-postgres-error.ts'
import { syncFolder } from './sync-folder.ts'

/** What DATA_DIR/postgres.json says: later starts go by it, so that no empty database appears beside old archives. */
export interface ClusterRecord {
  /** The folder that the cluster is in, with its socket and its log; relative to the data folder, so that may move. */
  folder: string
  /** Of the installation: the storage roots carry it too. */
  installation: string
  password: string
  /** Of Postgres; 0 until the cluster is made. */
  major: number
  /** Whom the cluster belongs to and is served as. */
  uid: number
}

const pathOf = (dataDir: string) => join(dataDir, 'postgres.json')

export function newRecord(folder: string): ClusterRecord {
  return {
    folder,
    installation: randomUUID(),
    password: randomBytes(24).toString('base64url'),
    major: 0,
    uid: 0,
  }
}

export async function readRecord(dataDir: string): Promise<ClusterRecord | null> {
  const path = pathOf(dataDir)
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new EmbeddedPostgresError(
      `${path} cannot be read (${error.code}): run as the user that owns it, restore it from a backup of the data folder, or set DATABASE_URL`,
      { cause: error },
    )
  })
  if (text === null) return null
  try {
    return JSON.parse(text) as ClusterRecord
  } catch (cause) {
    throw new EmbeddedPostgresError(
      `${path} is damaged: restore it from a backup of the data folder, or set DATABASE_URL`,
      {
        cause,
      },
    )
  }
}

export async function writeRecord(dataDir: string, record: ClusterRecord): Promise<void> {
  const path = pathOf(dataDir)
  const handle = await open(`${path}.new`, 'w', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(record, null, 2)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(`${path}.new`, path)
  await syncFolder(dataDir)
}
