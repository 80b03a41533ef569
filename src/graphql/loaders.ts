import DataLoader from 'dataloader'
import { backupsOfSnapshots } from '../backups/backups-of-snapshots.ts'
import type { AccountScope, OwnAccount } from '../database/account-scope.ts'
import type { Reading } from '../database/rows.ts'
import {
  type BackupRow,
  type EventRow,
  type OwnedRow,
  type SnapshotRow,
  snapshotEvent,
  type VolumeRow,
} from '../database/tables.ts'
import { findHistory, type History } from '../events/history.ts'
import {
  backups,
  events,
  findByIds,
  snapshots,
  snapshotsWithVolumes,
  volumes,
} from '../resources/find-by-ids.ts'
import { type List, readPagesByParent } from '../resources/list.ts'
import type { Page } from '../resources/page.ts'
import { countSnapshotsOfVolumes, readSnapshotsOfVolumes } from '../snapshots/snapshots-of-volumes.ts'
import { reasonsToKeep } from '../volumes/reasons-to-keep.ts'

/**
 * One statement for each kind of link, however many rows ask for it. Made for one request, or one event of a
 * stream, each loader once it is
 * asked for.
 */
export class Loaders {
  readonly #scope: AccountScope
  #account: ReturnType<AccountScope['account']> | undefined
  #snapshot: Loader<SnapshotRow | null> | undefined
  #snapshotWithVolume: Loader<SnapshotRow | null> | undefined
  #volume: Loader<VolumeRow | null> | undefined
  #backup: Loader<BackupRow | null> | undefined
  #event: Loader<EventRow | null> | undefined
  #history: Promise<History> | undefined
  #eventPages: ListLoader<EventRow, Page<EventRow>> | undefined
  #backupOfSnapshot: Loader<BackupRow | null> | undefined
  #reasonToKeep: Loader<string | null> | undefined
  #snapshotPages: ListLoader<SnapshotRow, Page<SnapshotRow>> | undefined
  #snapshotCounts: ListLoader<SnapshotRow, number> | undefined

  constructor(scope: AccountScope) {
    this.#scope = scope
  }

  /** The caller's own account. */
  account(): Promise<OwnAccount> {
    this.#account ??= this.#scope.account()
    return this.#account
  }

  get snapshot(): Loader<SnapshotRow | null> {
    this.#snapshot ??= new DataLoader((ids) => findByIds(this.#scope, snapshots, ids))
    return this.#snapshot
  }

  /** The same with their volumes, in one statement. */
  get snapshotWithVolume(): Loader<SnapshotRow | null> {
    this.#snapshotWithVolume ??= new DataLoader((ids) => findByIds(this.#scope, snapshotsWithVolumes, ids))
    return this.#snapshotWithVolume
  }

  get volume(): Loader<VolumeRow | null> {
    this.#volume ??= new DataLoader((ids) => findByIds(this.#scope, volumes, ids))
    return this.#volume
  }

  get backup(): Loader<BackupRow | null> {
    this.#backup ??= new DataLoader((ids) => findByIds(this.#scope, backups, ids))
    return this.#backup
  }

  get event(): Loader<EventRow | null> {
    this.#event ??= new DataLoader((ids) => findByIds(this.#scope, events, ids))
    return this.#event
  }

  /** How far the history goes, with all that was committed before this is first asked. */
  history(settled: () => Promise<void>): Promise<History> {
    this.#history ??= settled().then(() => findHistory(this.#scope))
    return this.#history
  }

  /** The events of snapshots. */
  get eventPages(): ListLoader<EventRow, Page<EventRow>> {
    this.#eventPages ??= forEachList((ids, list) =>
      readPagesByParent(this.#scope, list, snapshotEvent.snapshotId, ids),
    )
    return this.#eventPages
  }

  /** The backup that a snapshot has, by the snapshot's id. */
  get backupOfSnapshot(): Loader<BackupRow | null> {
    this.#backupOfSnapshot ??= new DataLoader((ids) => backupsOfSnapshots(this.#scope, ids))
    return this.#backupOfSnapshot
  }

  /** Why a volume cannot be removed, whatever its state. */
  get reasonToKeep(): Loader<string | null> {
    this.#reasonToKeep ??= new DataLoader((ids) => reasonsToKeep(this.#scope, ids))
    return this.#reasonToKeep
  }

  /** The snapshots of volumes: one loader for each list that is asked for, named by its arguments and by what of it is read. */
  get snapshotPages(): ListLoader<SnapshotRow, Page<SnapshotRow>> {
    this.#snapshotPages ??= forEachList((ids, list, reading) =>
      readSnapshotsOfVolumes(this.#scope, list, ids, reading),
    )
    return this.#snapshotPages
  }

  get snapshotCounts(): ListLoader<SnapshotRow, number> {
    this.#snapshotCounts ??= forEachList((ids, list) => countSnapshotsOfVolumes(this.#scope, list, ids))
    return this.#snapshotCounts
  }
}

export function createLoaders(scope: AccountScope): Loaders {
  return new Loaders(scope)
}

type Loader<Value> = DataLoader<bigint, Value>
type ListLoader<Row extends OwnedRow, Value> = (
  key: string,
  list: List<Row>,
  reading?: Reading,
) => Loader<Value>

function forEachList<Row extends OwnedRow, Value>(
  read: (ids: readonly bigint[], list: List<Row>, reading?: Reading) => Promise<Value[]>,
): ListLoader<Row, Value> {
  const loaders = new Map<string, Loader<Value>>()
  return (key, list, reading) => {
    const loader = loaders.get(key) ?? new DataLoader((ids) => read(ids, list, reading))
    loaders.set(key, loader)
    return loader
  }
}

/** Rows are never purged and foreign keys hold, so a link leads somewhere. */
export function existing<Row>(row: Row | null): Row {
  if (row === null) throw new Error('a linked row is gone')
  return row
}

/** The volume of a snapshot or a backup: as it was read along, or by its loader. */
export function volumeOf(
  row: { volume?: VolumeRow; volumeId: bigint },
  loaders: Loaders,
): VolumeRow | Promise<VolumeRow> {
  return row.volume ?? loaders.volume.load(row.volumeId).then(existing)
}
