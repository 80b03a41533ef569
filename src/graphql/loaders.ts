import DataLoader from 'dataloader'
import { backupsOfSnapshots } from '../backups/backups-of-snapshots.ts'
import type { AccountScope } from '../database/account-scope.ts'
import {
  type BackupRow,
  backup,
  type SnapshotRow,
  snapshot,
  type VolumeRow,
  volume,
} from '../database/tables.ts'
import { findByIds } from '../resources/find-by-ids.ts'
import type { List } from '../resources/list.ts'
import type { Page } from '../resources/page.ts'
import { countSnapshotsOfVolumes, readSnapshotsOfVolumes } from '../snapshots/snapshots-of-volumes.ts'
import { reasonsToKeep } from '../volumes/reasons-to-keep.ts'

export interface Loaders {
  /** The caller's own account. */
  account(): Promise<{ id: bigint; name: string | null }>
  snapshot: DataLoader<bigint, SnapshotRow | null>
  volume: DataLoader<bigint, VolumeRow | null>
  backup: DataLoader<bigint, BackupRow | null>
  /** The backup that a snapshot has, by the snapshot's id. */
  backupOfSnapshot: DataLoader<bigint, BackupRow | null>
  /** Why a volume cannot be removed, whatever its state. */
  reasonToKeep: DataLoader<bigint, string | null>
  /** The snapshots of volumes: one loader for each list that is asked for, named by its arguments. */
  snapshotPages(key: string, list: List<SnapshotRow>): DataLoader<bigint, Page<SnapshotRow>>
  snapshotCounts(key: string, list: List<SnapshotRow>): DataLoader<bigint, number>
}

/** One statement for each kind of link, however many rows ask for it. Made for one request. */
export function createLoaders(scope: AccountScope): Loaders {
  let account: ReturnType<Loaders['account']> | undefined
  return {
    account: () => {
      account ??= scope.account()
      return account
    },
    snapshot: new DataLoader((ids) => findByIds(scope, snapshot, ids)),
    volume: new DataLoader((ids) => findByIds(scope, volume, ids)),
    backup: new DataLoader((ids) => findByIds(scope, backup, ids)),
    backupOfSnapshot: new DataLoader((ids) => backupsOfSnapshots(scope, ids)),
    reasonToKeep: new DataLoader((ids) => reasonsToKeep(scope, ids)),
    snapshotPages: forEachList((list, ids) => readSnapshotsOfVolumes(scope, list, ids)),
    snapshotCounts: forEachList((list, ids) => countSnapshotsOfVolumes(scope, list, ids)),
  }
}

function forEachList<Value>(
  read: (list: List<SnapshotRow>, ids: readonly bigint[]) => Promise<Value[]>,
): (key: string, list: List<SnapshotRow>) => DataLoader<bigint, Value> {
  const loaders = new Map<string, DataLoader<bigint, Value>>()
  return (key, list) => {
    const loader = loaders.get(key) ?? new DataLoader((ids) => read(list, ids))
    loaders.set(key, loader)
    return loader
  }
}

/** Rows are never purged and foreign keys hold, so a link leads somewhere. */
export function existing<Row>(row: Row | null): Row {
  if (row === null) throw new Error('a linked row is gone')
  return row
}
