import type { AccountScope } from '../database/account-scope.ts'
import type { Reading } from '../database/rows.ts'
import { type SnapshotRow, snapshot } from '../database/tables.ts'
import { countListsByParent, type List, readPagesByParent } from '../resources/list.ts'
import type { Page } from '../resources/page.ts'

/** Reads the page of each volume's own snapshots. */
export function readSnapshotsOfVolumes(
  scope: AccountScope,
  list: List<SnapshotRow>,
  volumeIds: readonly bigint[],
  reading?: Reading,
): Promise<Page<SnapshotRow>[]> {
  return readPagesByParent(scope, list, snapshot.volumeId, volumeIds, reading)
}

/** Counts each volume's own snapshots, in one statement. */
export function countSnapshotsOfVolumes(
  scope: AccountScope,
  list: List<SnapshotRow>,
  volumeIds: readonly bigint[],
): Promise<number[]> {
  return countListsByParent(scope, list, snapshot.volumeId, volumeIds)
}
