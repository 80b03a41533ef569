import type { VolumeLocation } from './driver.ts'

/** Where things are, for people and programs outside the gateway: computed from the roots, never stored. */
export interface StorageUris {
  /** Of a volume's directory, such as file:///srv/volumes/db. */
  volumeUri(volume: VolumeLocation): string
  /** Of a copy on the backup target, by its relative key. */
  backupUri(key: string): string
}

/** By the names of drivers. */
type Drivers = ReadonlyMap<string, StorageUris>

/** Where a volume is; by its path alone where its driver is not there any more. */
export function volumeUri(
  drivers: Drivers,
  { driver, path }: { driver: string; path: string },
  accountRoot: string,
): string {
  return drivers.get(driver)?.volumeUri({ accountRoot, path }) ?? `${driver}:${path}`
}

/** Where a copy is; by its key alone where its driver is not there any more. */
export function backupUri(drivers: Drivers, driver: string, key: string): string {
  return drivers.get(driver)?.backupUri(key) ?? `${driver}:${key}`
}
