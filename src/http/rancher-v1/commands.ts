import { removeBackup } from '../../backups/remove-backup.ts'
import type { ResourceRow } from '../../database/tables.ts'
import type { Outcome } from '../../resources/idempotency.ts'
import type { Change } from '../../resources/lifecycle.ts'
import { performChange } from '../../resources/perform-change.ts'
import { backupSnapshot } from '../../snapshots/backup-snapshot.ts'
import { createSnapshot } from '../../snapshots/create-snapshot.ts'
import { removeSnapshot } from '../../snapshots/remove-snapshot.ts'
import { updateSnapshot } from '../../snapshots/update-snapshot.ts'
import { createVolume } from '../../volumes/create-volume.ts'
import { removeVolume } from '../../volumes/remove-volume.ts'
import { updateVolume } from '../../volumes/update-volume.ts'
import type { Asking } from './asking.ts'
import type { Input } from './read-input.ts'

/** What is to be changed, and to what. */
export interface Wanted {
  /** Empty for what is to be made. */
  id: string
  input: Input
  idempotencyKey: string | null
}

type Command = (asking: Asking, wanted: Wanted) => Promise<Outcome<ResourceRow>>

/** The commands of GraphQL's mutations; readInput has seen to it that what is required is there. */
const commands: Record<Change, Command> = {
  'snapshot.create': (asking, { input: { volumeId, name, description }, idempotencyKey }) =>
    createSnapshot(asking.scope, { volumeId: volumeId ?? '', name, description, idempotencyKey }, asking),
  'snapshot.update': (asking, { id, input: { name, description }, idempotencyKey }) =>
    updateSnapshot(asking.scope, { id, name, description, idempotencyKey }, asking),
  'snapshot.backup': (asking, { id, idempotencyKey }) =>
    backupSnapshot(asking.scope, { id, idempotencyKey }, asking),
  'snapshot.remove': (asking, { id, idempotencyKey }) =>
    removeSnapshot(asking.scope, { id, idempotencyKey }, asking),
  'volume.create': (asking, { input: { name, description, driver, path }, idempotencyKey }) =>
    createVolume(asking.scope, { name: name ?? '', description, driver, path, idempotencyKey }, asking),
  'volume.update': ({ scope }, { id, input: { name, description }, idempotencyKey }) =>
    updateVolume(scope, { id, name, description, idempotencyKey }),
  'volume.remove': ({ scope }, { id, idempotencyKey }) => removeVolume(scope, { id, idempotencyKey }),
  'backup.remove': (asking, { id, idempotencyKey }) =>
    removeBackup(asking.scope, { id, idempotencyKey }, asking),
}

/** Makes a change as GraphQL's mutation of it does: the role first. Throws what that may be refused with. */
export function makeChange(asking: Asking, change: Change, wanted: Wanted): Promise<Outcome<ResourceRow>> {
  return performChange(asking, change, () => commands[change](asking, wanted))
}
