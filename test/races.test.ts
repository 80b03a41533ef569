import { sql } from 'drizzle-orm'
import { describe, expect, it, onTestFinished } from 'vitest'
import { removeBackup } from '../src/backups/remove-backup.ts'
import { AccountScope } from '../src/database/account-scope.ts'
import { connect } from '../src/database/database.ts'
import type { Handle } from '../src/database/handle.ts'
import { backupSnapshot } from '../src/snapshots/backup-snapshot.ts'
import { createSnapshot } from '../src/snapshots/create-snapshot.ts'
import { removeSnapshot } from '../src/snapshots/remove-snapshot.ts'
import { createVolume } from '../src/volumes/create-volume.ts'
import { removeVolume } from '../src/volumes/remove-volume.ts'
import { createTestDatabase } from './support/database.ts'
import { byTest } from './support/events.ts'
import { anyStorage } from './support/gateway.ts'
import { blockedBy } from './support/row-lock.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
const options = { operationDeadline: 3600, origin: byTest }

/** A connection whose transactions stop before their commit, until they are let go. */
function createBarrier() {
  const { handle, close } = connect(database.address, { pool: 1, statementTimeout: 20 })
  let arrive = () => {}
  let go = () => {}
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve
  })
  const gate = new Promise<void>((resolve) => {
    go = resolve
  })
  let tell = (_: number) => {}
  const pid = new Promise<number>((resolve) => {
    tell = resolve
  })
  const held: Handle = {
    run: (...statement) => handle.run(...statement),
    share: (...asked) => handle.share(...asked),
    drizzle: handle.drizzle,
    wake: (channel) => handle.wake(channel),
    until: () => held,
    transaction: (work) =>
      handle.transaction(async (tx) => {
        const [row] = await tx.drizzle.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`)
        tell(row?.pid ?? 0)
        const result = await work(tx)
        arrive()
        await gate
        return result
      }),
  }
  onTestFinished(close)
  return { scope: new AccountScope(held, 1n), arrived, go: () => go(), pid }
}

type Refusal = { name: string; message: string; code?: string }
const outcome = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'accepted',
    (error: Refusal) => error.code ?? error.message,
  )

/** Runs the first call up to its commit, then the second, which has to wait; with what came of both. */
async function race(
  first: (scope: AccountScope) => Promise<unknown>,
  second: (scope: AccountScope) => Promise<unknown>,
) {
  const barrier = createBarrier()
  const firstOutcome = outcome(first(barrier.scope))
  await barrier.arrived
  const secondOutcome = outcome(second(database.scope))
  await blockedBy(database.client, await barrier.pid)
  barrier.go()
  return Promise.all([firstOutcome, secondOutcome])
}

const count = async (sql: TemplateStringsArray, ...values: (string | number)[]) =>
  (await database.client(sql, ...(values as never[]))).length

describe('of two that race, one wins and the other is told', () => {
  it('createSnapshot before removeVolume: the volume keeps its snapshot', async () => {
    const volume = await make.volume()
    const id = `1v${volume}`
    expect(
      await race(
        // With a key it is a transaction, which can be held; without, one statement.
        (scope) => createSnapshot(scope, { volumeId: id, idempotencyKey: 'first' }, options),
        (scope) => removeVolume(scope, { id }),
      ),
    ).toEqual(['accepted', 'ACTION_NOT_AVAILABLE'])
    expect(
      await count`select from volume v join snapshot s on s.volume_id = v.id where v.id = ${String(volume)} and v.removed is null`,
    ).toBe(1)
  })

  it('removeVolume before createSnapshot: there is no such volume any more', async () => {
    const volume = await make.volume()
    const id = `1v${volume}`
    expect(
      await race(
        (scope) => removeVolume(scope, { id }),
        (scope) => createSnapshot(scope, { volumeId: id }, options),
      ),
    ).toEqual(['accepted', 'INVALID_REFERENCE'])
    expect(await count`select from snapshot where volume_id = ${String(volume)}`).toBe(0)
  })

  it('two removes of a snapshot', async () => {
    const id = `1s${await make.snapshot(await make.volume())}`
    const remove = (scope: AccountScope) => removeSnapshot(scope, { id }, options)
    expect(await race(remove, remove)).toEqual(['accepted', 'ACTION_NOT_AVAILABLE'])
  })

  it('two backups of a snapshot', async () => {
    const id = `1s${await make.snapshot(await make.volume())}`
    const backup = (scope: AccountScope) => backupSnapshot(scope, { id }, options)
    expect(await race(backup, backup)).toEqual(['accepted', 'ACTION_NOT_AVAILABLE'])
  })

  it('a backup and a remove of a snapshot', async () => {
    const id = `1s${await make.snapshot(await make.volume())}`
    expect(
      await race(
        (scope) => removeSnapshot(scope, { id }, options),
        (scope) => backupSnapshot(scope, { id }, options),
      ),
    ).toEqual(['accepted', 'ACTION_NOT_AVAILABLE'])
  })

  it('removeBackup and backupSnapshot: until the removal is committed there is a backup, then another one is made', async () => {
    const volume = await make.volume()
    const uuid = crypto.randomUUID()
    const snapshot = await make.snapshot(volume, { state: 'backed-up', backup_uuid: uuid })
    const backup = await make.backup(volume, snapshot, { uuid })
    const again = () => outcome(backupSnapshot(database.scope, { id: `1s${snapshot}` }, options))
    const barrier = createBarrier()
    const removal = outcome(removeBackup(barrier.scope, { id: `1b${backup}` }, options))
    await barrier.arrived
    expect(await again()).toBe('ACTION_NOT_AVAILABLE')
    barrier.go()
    expect(await removal).toBe('accepted')
    expect(await again()).toBe('accepted')
    const [row] =
      await database.client`select state, backup_uuid from snapshot where id = ${String(snapshot)}`
    expect(row?.state).toBe('backing-up')
    expect(row?.backup_uuid).not.toBe(uuid)
  })

  it('two volumes of one name', async () => {
    const storage = { storage: anyStorage }
    const create = (path: string) => (scope: AccountScope) =>
      createVolume(scope, { name: 'same', path }, storage)
    expect(await race(create('one'), create('two'))).toEqual(['accepted', 'NOT_UNIQUE'])
  })

  it('two volumes of which one is inside the other', async () => {
    const storage = { storage: anyStorage }
    const create = (name: string, path: string) => (scope: AccountScope) =>
      createVolume(scope, { name, path }, storage)
    expect(await race(create('outer', 'apps'), create('inner', 'apps/db'))).toEqual([
      'accepted',
      'NOT_UNIQUE',
    ])
  })
})

describe('two calls with one idempotency key', () => {
  it('are one where the first goes through', async () => {
    const id = `1v${await make.volume()}`
    const create = (scope: AccountScope) =>
      createSnapshot(scope, { volumeId: id, idempotencyKey: 'one' }, options)
    const barrier = createBarrier()
    const first = create(barrier.scope)
    await barrier.arrived
    const second = create(database.scope)
    await blockedBy(database.client, await barrier.pid)
    barrier.go()
    const [made, replayed] = await Promise.all([first, second])
    expect([made.replayed, replayed.replayed]).toEqual([false, true])
    expect(replayed.row.id).toBe(made.row.id)
    expect(await count`select from snapshot where volume_id = ${id.slice(2)}`).toBe(1)
  })

  it('are done once by the second where the first is rolled back', async () => {
    const id = `1v${await make.volume()}`
    const barrier = createBarrier()
    const first = barrier.scope
      .transaction(async (scope) => {
        await scope.keys.claim('two', { mutation: 'createSnapshot', inputHash: 'whatever' })
      })
      .catch(() => 'rolled back')
    await barrier.arrived
    const second = createSnapshot(database.scope, { volumeId: id, idempotencyKey: 'two' }, options)
    await blockedBy(database.client, await barrier.pid)
    await database.client`select pg_terminate_backend(${await barrier.pid})`
    barrier.go()
    expect(await first).toBe('rolled back')
    expect((await second).replayed).toBe(false)
    expect(await count`select from snapshot where volume_id = ${id.slice(2)}`).toBe(1)
  })
})

it('a call that waits too long for another one is UNAVAILABLE, not costly', async () => {
  const id = `1v${await make.volume()}`
  const barrier = createBarrier()
  const first = outcome(removeVolume(barrier.scope, { id }))
  await barrier.arrived
  const impatient = connect(database.address, { pool: 1, statementTimeout: 0.1 })
  onTestFinished(impatient.close)
  const second = createSnapshot(new AccountScope(impatient.handle, 1n), { volumeId: id }, options)
  expect(await outcome(second)).toBe('UNAVAILABLE')
  barrier.go()
  expect(await first).toBe('accepted')
})
