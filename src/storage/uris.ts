import type { VolumeLocation } from './driver.ts'

/** Where things are, for people and programs outside the gateway: computed from the roots, never stored. */
export interface StorageUris {
  /** Of a volume's directory, such as file:///srv/volumes/db. */
  volumeUri(volume: VolumeLocation): string
  /** Of a copy on the backup target, by its relative key. */
  backupUri(key: string): string
}
