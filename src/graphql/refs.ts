import type { BackupRow, EventRow, SnapshotRow, VolumeRow } from '../database/tables.ts'
import { builder } from './builder.ts'

/** The types that link to each other, named before each is implemented in a file of its own. */
export const Snapshot = builder.objectRef<SnapshotRow>('Snapshot')
export const Volume = builder.objectRef<VolumeRow>('Volume')
export const SnapshotEvent = builder.objectRef<EventRow>('SnapshotEvent')
export const Backup = builder.objectRef<BackupRow>('Backup')
