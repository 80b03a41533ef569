/** Where vfs keeps things. Plain data: it is sent to the child processes. Paths are absolute. */
export interface VfsConfig {
  /** Volumes are directories below it. It is the user's: nothing is written there but what a volume needs. */
  volumesDir: string
  snapshotsDir: string
  backupsDir: string
  /** The embedded database and the snapshots are in it, so no volume may hold it. */
  dataDir: string
  /** Bytes to leave free on the disks of snapshots and backups. */
  minFreeBytes: number
  /** The uuid that the markers of the roots must carry. */
  installation: string
}
