import { backup, type FullRowOf, snapshot } from '../database/tables.ts'

/** A table whose rows a worker carries from state to state. */
export type WorkTable = typeof snapshot | typeof backup

/** A row that a worker carries on. */
export type WorkRow = SnapshotWork | BackupWork
export type SnapshotWork = FullRowOf<typeof snapshot>
export type BackupWork = FullRowOf<typeof backup>

export const workTables: readonly WorkTable[] = [snapshot, backup]

export function tableOf(row: WorkRow): WorkTable {
  return row.kind === 'snapshot' ? snapshot : backup
}

export function kindOf(table: WorkTable): WorkRow['kind'] {
  return table === snapshot ? 'snapshot' : 'backup'
}
