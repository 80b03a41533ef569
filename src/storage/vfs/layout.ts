import { join } from 'node:path'
import type { StorageRoot, StoredFile } from '../driver.ts'
import type { VfsConfig } from './vfs-config.ts'

// <root>/<volume uuid>/<uuid>.tar.gz       an archive or a copy
// <root>/<volume uuid>/<uuid>.json         the manifest of a copy
// <final name>.<lease token>.tmp           what an attempt is writing

export const marker = '.snapshot-gateway'

export function rootDirectory(config: VfsConfig, root: StorageRoot): string {
  return root === 'snapshots' ? config.snapshotsDir : config.backupsDir
}

/** The paths of a snapshot's archive, or of a backup's copy and manifest. */
export function pathsOf(config: VfsConfig, root: StorageRoot, volumeUuid: string, uuid: string) {
  const folder = join(rootDirectory(config, root), volumeUuid)
  return { folder, archive: join(folder, `${uuid}.tar.gz`), manifest: join(folder, `${uuid}.json`) }
}

export function temporaryOf(final: string, leaseToken: string): string {
  return `${final}.${leaseToken}.tmp`
}

const uuid = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}'
const pattern = new RegExp(`^(${uuid})\\.(tar\\.gz|json)(?:\\.(${uuid})\\.tmp)?$`)

/** What a file in a volume's folder is, by its name. */
export function parseFileName(name: string): Omit<StoredFile, 'idleSeconds'> {
  const [, owner = null, extension, leaseToken = null] = pattern.exec(name) ?? []
  if (owner === null) return otherFile(name)
  const kind = leaseToken !== null ? 'temporary' : extension === 'json' ? 'manifest' : 'archive'
  return { name, kind, uuid: owner, leaseToken }
}

/** What the gateway has not written. */
export function otherFile(name: string): Omit<StoredFile, 'idleSeconds'> {
  return { name, kind: 'other', uuid: null, leaseToken: null }
}
