/**
 * What a storage driver does. Every call is idempotent: an attempt that crashed is simply run again.
 * A driver knows no database; rows keep the relative keys that it is called with.
 */
export interface StorageDriver {
  /** Why this directory cannot be a volume, or null if it can. Writes nothing. */
  checkVolume(volume: VolumeLocation): Promise<string | null>
  /** Adopts the volume's directory, or makes it where it is missing; why it cannot be a volume, or null. */
  makeVolume(volume: VolumeLocation): Promise<string | null>
  /** Writes the archive of the volume, and publishes it under the snapshot's uuid without replacing anything. */
  takeSnapshot(job: TakeSnapshot, work: Work): Promise<StoredCopy>
  /** Deletes the archive and every temporary file of the snapshot. */
  deleteSnapshot(job: SnapshotKey, work: Work): Promise<void>
  /** Copies the archive to the backup target, reads the copy back, publishes it and its manifest. */
  backUpSnapshot(job: BackUpSnapshot, work: Work): Promise<StoredCopy>
  /** Deletes the copy, its manifest and every temporary file of the backup. */
  deleteBackup(job: BackupKey, work: Work): Promise<void>
  /**
   * Makes a root fit for use when a process starts; one that is new gets the installation's marker. `known`: whether
   * it was marked before, so that without its marker it is not mounted. Answers why it cannot be used just now, or
   * null. Rejects where it must not be used.
   */
  prepareRoot(root: StorageRoot, known: boolean): Promise<string | null>
  /** The volumes' folders in a root, for the sweeper. */
  listFolders(root: StorageRoot): Promise<string[]>
  /** The files in a volume's folder, with '' those outside of all folders; a folder that is gone has none. */
  listFiles(root: StorageRoot, folder: string): Promise<StoredFile[]>
  /** Deletes one file that `listFiles` named, and the folder with its last file. */
  deleteFile(root: StorageRoot, folder: string, name: string): Promise<void>
}

export type StorageRoot = 'snapshots' | 'backups'

/** A directory below the root of an account's volumes, which itself is relative to the driver's. */
export interface VolumeLocation {
  /** Relative to the driver's root of volumes; '' is that root itself. */
  accountRoot: string
  /** Relative to `accountRoot`, such as `db` or `apps/db`. */
  path: string
}

/** How a running attempt talks with whoever started it. */
export interface Work {
  /** Once aborted, the driver stops, deletes its temporary files and rejects; it has settled when it rejects. */
  signal: AbortSignal
  /** Percent done, 0 to 100, never falling; at most one report a second. */
  onProgress(percent: number): void
  /** Called with what was written, before it is published; where it rejects, nothing is published. */
  confirm(copy: StoredCopy): Promise<void>
}

export interface SnapshotKey {
  volumeUuid: string
  snapshotUuid: string
}

export interface BackupKey {
  volumeUuid: string
  backupUuid: string
}

export interface TakeSnapshot extends SnapshotKey {
  volume: VolumeLocation
  /** Names this attempt's temporary file. */
  leaseToken: string
  /** The checksum that an earlier attempt confirmed; an archive that it published must have it. */
  confirmedChecksum: string | null
}

export interface BackUpSnapshot extends SnapshotKey, BackupKey {
  leaseToken: string
  /** The checksum that was computed while the snapshot was taken. */
  checksum: string
  manifest: { snapshotId: string; volumeName: string; created: string }
}

export interface StoredCopy {
  sizeBytes: bigint
  /** `sha256:` and 64 hex digits. */
  checksum: string
}

export interface StoredFile {
  name: string
  kind: 'archive' | 'manifest' | 'temporary' | 'other'
  /** Of the snapshot or backup that the file belongs to; null for `other`. */
  uuid: string | null
  /** Of the attempt that wrote a temporary file; else null. */
  leaseToken: string | null
  /** Since the file was last written. */
  idleSeconds: number
}

export type StorageErrorCode =
  /** The root's marker is missing or another installation's. */
  | 'NOT_MOUNTED'
  | 'DISK_FULL'
  /** The stored snapshot is not what was written. */
  | 'DAMAGED'
  /** A published backup is not what was written: it is left alone, and another uuid must be chosen. */
  | 'DAMAGED_BACKUP'
  /** The volume's directory is gone or no longer allowed. */
  | 'VOLUME_UNAVAILABLE'
  | 'UNREADABLE'
  | 'ABORTED'
  /** The storage does not answer. */
  | 'TIMED_OUT'
  | 'FAILED'

/** A failure of storage, told so that a user may read it: no stack, and paths only relative to the roots. */
export class StorageError extends Error {
  readonly code: StorageErrorCode
  /** Whether another attempt may succeed without anybody doing anything about this snapshot. */
  readonly retryable: boolean

  constructor(code: StorageErrorCode, message: string, options: { retryable: boolean; cause?: unknown }) {
    super(message, { cause: options.cause })
    this.name = 'StorageError'
    this.code = code
    this.retryable = options.retryable
  }
}

/** Of a call that its caller has stopped. */
export function aborted(): StorageError {
  return new StorageError('ABORTED', 'stopped', { retryable: true })
}
