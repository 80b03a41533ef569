import { beforeEach, describe, expect, it } from 'vitest'
import { AccountScope } from '../src/database/account-scope.ts'
import { Bond } from '../src/database/bond.ts'
import { findByIds, snapshots, snapshotsWithVolumes, volumes } from '../src/resources/find-by-ids.ts'
import { createTestDatabase } from './support/database.ts'
import { blockedBy, lockTable, nobodyBlockedBy } from './support/row-lock.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const make = rowMaker(database)
const volumeId = await make.volume({ name: 'data' })
const ids: bigint[] = []
for (let n = 0; n < 3; n++) ids.push(await make.snapshot(volumeId, { name: `snapshot ${n}` }))
const [first = 0n, second = 0n, third = 0n] = ids
const [other] =
  await database.client`insert into account (name, volumes_root) values ('other', 'other') returning id`
const scope = () => new AccountScope(database.handle, 1n)
const scopeOfOther = new AccountScope(database.handle, BigInt(other?.id))

beforeEach(() => {
  database.statements.length = 0
})

describe('look-ups of the same turn', () => {
  it('are one statement, and each gets its own row', async () => {
    const found = await Promise.all(
      [second, first, 999_999n, second, third].map((id) => scope().find(snapshots, id)),
    )
    expect(found.map((row) => row?.name)).toEqual([
      'snapshot 1',
      'snapshot 0',
      undefined,
      'snapshot 1',
      'snapshot 2',
    ])
    expect(database.statements).toHaveLength(1)
  })

  it('are apart for each account: nobody gets a row of another', async () => {
    const [own, foreign] = await Promise.all([
      scope().find(snapshots, first),
      scopeOfOther.find(snapshots, first),
    ])
    expect([own?.name, foreign]).toEqual(['snapshot 0', null])
    expect(database.statements).toHaveLength(2)
  })

  it('are apart for what is read', async () => {
    const [alone, withVolume, volume] = await Promise.all([
      scope().find(snapshots, first),
      scope().find(snapshotsWithVolumes, first),
      scope().find(volumes, volumeId),
    ])
    expect([alone?.volume, withVolume?.volume?.name, volume?.name]).toEqual([undefined, 'data', 'data'])
  })

  it('of more than a hundred are several statements', async () => {
    const asked = Array.from({ length: 250 }, (_, n) => scope().find(snapshots, n % 2 ? first : BigInt(n)))
    expect((await Promise.all(asked)).filter((row) => row !== null)).not.toHaveLength(0)
    expect(database.statements).toHaveLength(3)
  })

  it('fail together, with what the statement failed with', async () => {
    const away = await createTestDatabase()
    const failing = new AccountScope(away.handle, 1n)
    await away.client`alter table snapshot rename to snapshot_elsewhere`
    const outcomes = await Promise.allSettled([
      failing.find(snapshots, 1n),
      failing.find(snapshots, 2n),
      failing.find(volumes, 1n),
    ])
    const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : null))
    expect(reasons).toEqual(['42P01', '42P01', null])
  })
})

it('several ids of one request are a statement of their own', async () => {
  const found = await findByIds(scope(), snapshots, [third, 999_999n, first])
  expect(found.map((row) => row?.name)).toEqual(['snapshot 2', undefined, 'snapshot 0'])
  expect(database.statements).toHaveLength(1)
})

describe('a broken bond', () => {
  it('ends its own look-up at once, and no other; the statement goes on', async () => {
    const { pid, release } = await lockTable(database.client, 'snapshot')
    const bond = new Bond()
    const ended = expect(scope().until(bond).find(snapshots, first)).rejects.toThrow('the client is gone')
    const others = [scope().until(new Bond()).find(snapshots, first), scope().find(snapshots, second)]
    await blockedBy(database.client, pid)
    bond.break(new Error('the client is gone'))
    await ended
    await release()
    expect((await Promise.all(others)).map((row) => row?.name)).toEqual(['snapshot 0', 'snapshot 1'])
  })

  it('of all has the statement cancelled', async () => {
    const { pid, release } = await lockTable(database.client, 'snapshot')
    const bonds = [new Bond(), new Bond()]
    const asked = bonds.map((bond) => scope().until(bond).find(snapshots, first))
    const ended = Promise.allSettled(asked)
    await blockedBy(database.client, pid)
    for (const bond of bonds) bond.break(new Error('the client is gone'))
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await nobodyBlockedBy(database.client, pid) // while the lock is still held
    await release()
  })

  it('before anything was sent sends nothing', async () => {
    const bond = new Bond()
    const asked = scope().until(bond).find(snapshots, first)
    bond.break(new Error('the client is gone'))
    await expect(asked).rejects.toThrow('the client is gone')
    await expect(scope().until(bond).find(snapshots, first)).rejects.toThrow('the client is gone')
    await scope().find(volumes, volumeId) // sent after them
    expect(database.statements).toHaveLength(1)
  })
})
