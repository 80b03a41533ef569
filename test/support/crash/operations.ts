import { existsSync } from 'node:fs'
import { expect } from 'vitest'
import { eventually } from '../eventually.ts'
import type { Installation } from './installation.ts'

/** States of a snapshot and of its backup; null where there is none. */
export interface Standing {
  snapshot: string | null
  backup: string | null
}

/** Something that is asked for, and what it comes to in the end, however often the program is killed on the way. */
export interface Operation {
  title: string
  /** The storage call that it comes to. */
  method: string
  mutation: string
  before: Standing
  end: Standing
  /** Brings a new snapshot to where the operation begins. */
  prepare(at: Installation, name: string): Promise<void>
  input(at: Installation, name: string): Promise<object>
  /** Where it cancels work: the step of that which takes until it is cancelled. */
  hold?: string
}

/** The row of a snapshot by its name, and that of its backup. */
export async function findRows(at: Installation, name: string) {
  const snapshots = await at.sql`select * from snapshot where name = ${name}`
  const backups = await at.sql`
    select backup.* from backup join snapshot on snapshot.id = backup.snapshot_id where snapshot.name = ${name}`
  expect(snapshots.length).toBeLessThanOrEqual(1)
  expect(backups.length).toBeLessThanOrEqual(1)
  return { snapshot: snapshots[0] ?? null, backup: backups[0] ?? null }
}

const idOf = async (at: Installation, name: string) => `1s${(await findRows(at, name)).snapshot?.id}`
const create = async (at: Installation, name: string) => {
  await at.ask('createSnapshot', { volumeId: at.volumeId, name })
}
const becomes = (at: Installation, name: string, state: string) =>
  eventually(async () =>
    expect((await findRows(at, name)).snapshot).toMatchObject({ state, transitioning: 'no' }),
  )
const created = async (at: Installation, name: string) => {
  await create(at, name)
  await becomes(at, name, 'created')
}
const backUp = async (at: Installation, name: string) => {
  await at.ask('backupSnapshot', { id: await idOf(at, name) })
}
const backedUp = async (at: Installation, name: string) => {
  await created(at, name)
  await backUp(at, name)
  await becomes(at, name, 'backed-up')
}
const isHeld = (at: Installation) => eventually(() => expect(existsSync(at.file('go.held'))).toBe(true))
const snapshotId = async (at: Installation, name: string) => ({ id: await idOf(at, name) })

export const operations: readonly Operation[] = [
  {
    title: 'createSnapshot',
    method: 'takeSnapshot',
    mutation: 'createSnapshot',
    before: { snapshot: null, backup: null },
    end: { snapshot: 'created', backup: null },
    prepare: async () => {},
    input: async (at, name) => ({ volumeId: at.volumeId, name }),
  },
  {
    title: 'backupSnapshot',
    method: 'backUpSnapshot',
    mutation: 'backupSnapshot',
    before: { snapshot: 'created', backup: null },
    end: { snapshot: 'backed-up', backup: 'created' },
    prepare: created,
    input: snapshotId,
  },
  {
    title: 'removeSnapshot of one that is created',
    method: 'deleteSnapshot',
    mutation: 'removeSnapshot',
    before: { snapshot: 'created', backup: null },
    end: { snapshot: 'removed', backup: null },
    prepare: created,
    input: snapshotId,
  },
  {
    title: 'removeSnapshot of one that is backed up',
    method: 'deleteSnapshot',
    mutation: 'removeSnapshot',
    before: { snapshot: 'backed-up', backup: 'created' },
    end: { snapshot: 'removed', backup: 'created' },
    prepare: backedUp,
    input: snapshotId,
  },
  {
    title: 'removeBackup',
    method: 'deleteBackup',
    mutation: 'removeBackup',
    before: { snapshot: 'backed-up', backup: 'created' },
    end: { snapshot: 'created', backup: 'removed' },
    prepare: backedUp,
    input: async (at, name) => ({ id: `1b${(await findRows(at, name)).backup?.id}` }),
  },
  {
    title: 'removeSnapshot of one that is being created',
    method: 'takeSnapshot',
    mutation: 'removeSnapshot',
    before: { snapshot: 'creating', backup: null },
    end: { snapshot: 'removed', backup: null },
    hold: 'write temporary archive',
    prepare: async (at, name) => {
      await create(at, name)
      await isHeld(at)
    },
    input: snapshotId,
  },
  {
    title: 'removeSnapshot of one that is being backed up',
    method: 'backUpSnapshot',
    mutation: 'removeSnapshot',
    before: { snapshot: 'backing-up', backup: null },
    end: { snapshot: 'removed', backup: null },
    hold: 'write temporary copy',
    prepare: async (at, name) => {
      await created(at, name)
      await backUp(at, name)
      await isHeld(at)
    },
    input: snapshotId,
  },
]
