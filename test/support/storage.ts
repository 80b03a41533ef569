import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import type { StoredCopy, Work } from '../../src/storage/driver.ts'
import { markRoot } from '../../src/storage/vfs/root-marker.ts'
import { createVfs } from '../../src/storage/vfs/vfs.ts'
import type { VfsConfig } from '../../src/storage/vfs/vfs-config.ts'

export const execute = promisify(execFile)

/** A temporary directory that goes with the test. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'snapshot-gateway-'))
  chmodSync(directory, 0o755)
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  return directory
}

export interface TestStorage {
  config: VfsConfig
  /** What was logged. */
  logged: { fields: object; message: string }[]
  driver: ReturnType<typeof createVfs>
  /** The directory of the volume `db`, empty. */
  volume: string
  /** All files in the folders of a root, relative to it; the marker aside. */
  files(root: 'snapshots' | 'backups'): string[]
}

/** Marked roots in a temporary directory, a driver on them, and a volume. */
export async function createTestStorage(changes: Partial<VfsConfig> = {}): Promise<TestStorage> {
  const directory = temporaryDirectory()
  const config: VfsConfig = {
    volumesDir: join(directory, 'volumes'),
    snapshotsDir: join(directory, 'data/snapshots'),
    backupsDir: join(directory, 'backups'),
    dataDir: join(directory, 'data'),
    minFreeBytes: 0,
    installation: crypto.randomUUID(),
    ...changes,
  }
  const volume = join(config.volumesDir, 'db')
  mkdirSync(volume, { recursive: true })
  mkdirSync(config.dataDir, { recursive: true })
  for (const root of [config.snapshotsDir, config.backupsDir]) await markRoot(root, config.installation)
  const logged: TestStorage['logged'] = []
  const keep = (fields: object, message: string) => {
    logged.push({ fields, message })
  }
  const files: TestStorage['files'] = (root) => {
    const top = root === 'snapshots' ? config.snapshotsDir : config.backupsDir
    return (readdirSync(top, { recursive: true }) as string[])
      .filter((name) => name !== '.snapshot-gateway')
      .sort()
  }
  return { config, logged, volume, files, driver: createVfs(config, { info: keep, warn: keep, error: keep }) }
}

export const volumeUuid = '00000000-0000-4000-8000-00000000000a'

/** A job to take a snapshot of the volume `db`. */
export function aSnapshot(changes: { confirmedChecksum?: string | null; snapshotUuid?: string } = {}) {
  return {
    volumeUuid,
    snapshotUuid: crypto.randomUUID(),
    volume: { accountRoot: '', path: 'db' },
    leaseToken: crypto.randomUUID(),
    confirmedChecksum: null,
    ...changes,
  }
}

/** A job to back up what `taken` took. */
export function aBackup(taken: { snapshotUuid: string }, checksum: string) {
  return {
    volumeUuid,
    snapshotUuid: taken.snapshotUuid,
    backupUuid: crypto.randomUUID(),
    leaseToken: crypto.randomUUID(),
    checksum,
    manifest: { snapshotId: '1s1', volumeName: 'db', created: '2026-01-02T03:04:05.678901Z' },
  }
}

export interface TestWork extends Work {
  stop: AbortController
  confirmed: StoredCopy[]
  progress: number[]
}

/** How a test follows an attempt. */
export function aWork(confirm: Work['confirm'] = async () => {}): TestWork {
  const stop = new AbortController()
  const confirmed: StoredCopy[] = []
  const progress: number[] = []
  return {
    stop,
    signal: stop.signal,
    confirmed,
    progress,
    onProgress: (percent) => progress.push(percent),
    confirm: (copy) => {
      confirmed.push(copy)
      return confirm(copy)
    },
  }
}
