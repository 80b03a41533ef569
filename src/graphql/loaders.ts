import DataLoader from 'dataloader'
import { and, eq, isNull } from 'drizzle-orm'
import { type AccountScope, anyOf } from '../database/account-scope.ts'
import {
  type BackupRow,
  backup,
  type SnapshotRow,
  snapshot,
  type VolumeRow,
  volume,
} from '../database/tables.ts'
import { countListsByParent, type List, readPagesByParent } from '../resources/list.ts'
import type { Page } from '../resources/page.ts'

export interface Loaders {
  /** The caller's own account. */
  account(): Promise<{ id: bigint; name: string | null }>
  snapshot: DataLoader<bigint, SnapshotRow | null>
  volume: DataLoader<bigint, VolumeRow | null>
  backup: DataLoader<bigint, BackupRow | null>
  /** The backup that a snapshot has, by the snapshot's id. */
  backupOfSnapshot: DataLoader<bigint, BackupRow | null>
  /** Whether a volume has snapshots that are not removed. */
  volumeInUse: DataLoader<bigint, boolean>
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
    snapshot: new DataLoader(async (ids) =>
      inOrder(ids, await scope.rows(snapshot, { where: anyOf(snapshot.id, ids) }), (row) => row.id),
    ),
    volume: new DataLoader(async (ids) =>
      inOrder(ids, await scope.rows(volume, { where: anyOf(volume.id, ids) }), (row) => row.id),
    ),
    backup: new DataLoader(async (ids) =>
      inOrder(ids, await scope.rows(backup, { where: anyOf(backup.id, ids) }), (row) => row.id),
    ),
    backupOfSnapshot: new DataLoader(async (ids) => {
      const where = and(anyOf(backup.snapshotId, ids), eq(backup.state, 'created'))
      return inOrder(ids, await scope.rows(backup, { where }), (row) => row.snapshotId)
    }),
    volumeInUse: new DataLoader(async (ids) => {
      const counts = await scope.countByParent(snapshot, snapshot.volumeId, ids, isNull(snapshot.removed))
      return ids.map((id) => counts.has(id))
    }),
    snapshotPages: keyed(
      (list: List<SnapshotRow>) =>
        new DataLoader((ids: readonly bigint[]) =>
          readPagesByParent(scope, list, snapshot.volumeId, (row) => row.volumeId, ids),
        ),
    ),
    snapshotCounts: keyed(
      (list: List<SnapshotRow>) =>
        new DataLoader((ids: readonly bigint[]) => countListsByParent(scope, list, snapshot.volumeId, ids)),
    ),
  }
}

/** One entry for each key, in the order of the keys, as DataLoader wants it. */
function inOrder<Row>(
  ids: readonly bigint[],
  rows: readonly Row[],
  idOf: (row: Row) => bigint,
): (Row | null)[] {
  const byId = new Map(rows.map((row) => [idOf(row), row]))
  return ids.map((id) => byId.get(id) ?? null)
}

function keyed<Subject, Loader>(
  make: (subject: Subject) => Loader,
): (key: string, subject: Subject) => Loader {
  const loaders = new Map<string, Loader>()
  return (key, subject) => {
    const loader = loaders.get(key) ?? make(subject)
    loaders.set(key, loader)
    return loader
  }
}
