import fc from 'fast-check'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { AccountScope } from '../src/database/account-scope.ts'
import { Bond } from '../src/database/bond.ts'
import { connect } from '../src/database/database.ts'
import { textProblems } from '../src/resources/text-rules.ts'
import { createSnapshot } from '../src/snapshots/create-snapshot.ts'
import { alone } from '../src/snapshots/insert-snapshot.ts'
import { createTestDatabase } from './support/database.ts'
import { byTest } from './support/events.ts'
import { eventually } from './support/eventually.ts'
import { blockedBy, lockRow, lockTable, nobodyBlockedBy } from './support/row-lock.ts'
import { rowMaker } from './support/rows.ts'

// Snapshots that are asked for in the same turn are inserted by one statement. Each is as if it had been asked for alone.

const database = await createTestDatabase()
const make = rowMaker(database)
const scope = () => new AccountScope(database.handle, 1n)
const [other] =
  await database.client`insert into account (name, volumes_root) values ('other', 'other') returning id`
const scopeOfOther = new AccountScope(database.handle, BigInt(other?.id))
const volumeIds = [await make.volume({ name: 'a' }), await make.volume({ name: 'b' })].map((id) => `1v${id}`)
const [a = '', b = ''] = volumeIds

const reason = new Error('the client is gone')

interface Asked {
  volumeId: string
  name?: string | null
  description?: string | null
  idempotencyKey?: string
}
const create = (asked: Asked, by = scope(), operationDeadline = 60) =>
  createSnapshot(by, asked, { operationDeadline, origin: byTest })
const insertions = () => database.statements.filter((text) => text.includes('insert into "snapshot"')).length
const named = async (...names: string[]) =>
  (await database.client`select name from snapshot where name = any(${names}) order by id`).map(
    ({ name }) => name,
  )

beforeEach(() => {
  database.statements.length = 0
})

it('are one statement, and each is answered with its own row and volume', async () => {
  const made = await Promise.all(
    [b, a, b].map((volumeId, n) =>
      create({ volumeId, name: `n${n}`, description: `d${n}` }, scope(), 100 * (n + 1)),
    ),
  )
  expect(made.map(({ row: { name, description, volume } }) => [name, description, volume?.name])).toEqual([
    ['n0', 'd0', 'b'],
    ['n1', 'd1', 'a'],
    ['n2', 'd2', 'b'],
  ])
  expect(insertions()).toBe(1)
  const deadlines = await database.client`
    select round(extract(epoch from deadline - run_after)) as seconds from snapshot where name like 'n_' order by name`
  expect(deadlines.map(({ seconds }) => Number(seconds))).toEqual([100, 200, 300])
})

it('keep what each says, whatever that is', async () => {
  const odd = fc.constantFrom('', 'NULL', 'null', '"', '\\', '\\"', '{}', ',', ' ', '\n', '\u0001', '😀')
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), odd)
  const allowed = (field: 'name' | 'description') =>
    fc.option(
      text.filter((value) => textProblems(field, value).length === 0),
      { nil: null },
    )
  const asked = fc.record({
    volumeId: fc.constantFrom(...volumeIds),
    name: allowed('name'),
    description: allowed('description'),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(asked, { minLength: 1, maxLength: 12 }), async (several) => {
      const made = await Promise.all(several.map((one) => create(one)))
      expect(
        made.map(({ row: { volumeId, name, description } }) => ({
          volumeId: `1v${volumeId}`,
          name,
          description,
        })),
      ).toEqual(several)
      for (const { row } of made) expect(row.volume?.id).toBe(row.volumeId)
      expect(new Set(made.map(({ row }) => row.id)).size).toBe(several.length)
    }),
    { numRuns: 50 },
  )
})

it('are apart for each account, whose volumes they are', async () => {
  const outcomes = await Promise.allSettled([
    create({ volumeId: a, name: 'own' }),
    create({ volumeId: a, name: 'foreign' }, scopeOfOther),
  ])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect(await named('own', 'foreign')).toEqual(['own'])
})

it('of more than a hundred are several statements', async () => {
  await Promise.all(Array.from({ length: 250 }, () => create({ volumeId: a })))
  expect(insertions()).toBe(3)
})

it('of a volume that is not there, or is removed, is refused by itself', async () => {
  const removed = await make.volume({ state: 'removed', removed: '2026-01-01' })
  const outcomes = await Promise.allSettled(
    [a, '1v999999', b, `1v${removed}`].map((volumeId, n) => create({ volumeId, name: `of ${n}` })),
  )
  expect(
    outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.problems[0].code : 'made')),
  ).toEqual(['made', 'INVALID_REFERENCE', 'made', 'INVALID_REFERENCE'])
  expect(await named('of 0', 'of 1', 'of 2', 'of 3')).toEqual(['of 0', 'of 2'])
})

describe('of a volume that somebody changes', () => {
  /** Renames it in a transaction that ends when the result is called. */
  async function rename(volumeId: string, name: string) {
    const { pid, connection, release } = await lockRow(database.client, 'volume', volumeId.slice(2))
    await connection`update volume set name = ${name} where id = ${volumeId.slice(2)}`
    return {
      pid,
      commit: async () => {
        await connection`commit`
        await release()
      },
    }
  }

  it('waits alone, and sees what it is then', async () => {
    const { pid, commit } = await rename(a, 'renamed')
    const waits = create({ volumeId: a, name: 'waits' })
    const others = await Promise.all([
      create({ volumeId: b, name: 'first' }),
      create({ volumeId: b, name: 'second' }),
    ])
    expect(others.map(({ row }) => row.name)).toEqual(['first', 'second'])
    await blockedBy(database.client, pid)
    await commit()
    expect((await waits).row).toMatchObject({ name: 'waits', volume: { name: 'renamed' } })
  })

  it('waits under an idempotency key too, and is made once', async () => {
    const { pid, commit } = await rename(a, 'renamed again')
    const asked = { volumeId: a, name: 'once', idempotencyKey: 'key' }
    const waits = create(asked)
    await blockedBy(database.client, pid)
    await commit()
    expect(await waits).toMatchObject({ replayed: false, row: { volume: { name: 'renamed again' } } })
    expect(await create(asked)).toMatchObject({ replayed: true, row: { name: 'once' } })
    expect(await named('once')).toEqual(['once'])
  })

  it('does not wait any more where its request ended before', async () => {
    await lockRow(database.client, 'volume', a.slice(2))
    const { pid, release } = await lockTable(database.client, 'snapshot')
    const bond = new Bond()
    const ends = expect(create({ volumeId: a }, scope().until(bond))).rejects.toBe(reason)
    const other = create({ volumeId: b, name: 'undisturbed' })
    await blockedBy(database.client, pid)
    bond.break(reason)
    await release()
    await ends // while that volume is still locked
    expect((await other).row.name).toBe('undisturbed')
  })
})

it('fail together, with what the statement failed with', async () => {
  const away = await createTestDatabase()
  const failing = new AccountScope(away.handle, 1n)
  await away.client`alter table snapshot rename to snapshot_elsewhere`
  const outcomes = await Promise.allSettled(['1v1', '1v2'].map((volumeId) => create({ volumeId }, failing)))
  const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.code : null))
  expect(reasons).toEqual(['42P01', '42P01'])
})

it('what cannot be sent leaves its connection to others', async () => {
  const { handle, close } = connect(database.address, { pool: 1, statementTimeout: 20 })
  onTestFinished(close)
  const values = () => {
    throw new Error('no such values')
  }
  await expect(handle.runWith(alone, values, 1n)).rejects.toThrow('no such values')
  expect((await create({ volumeId: a, name: 'next' }, new AccountScope(handle, 1n))).row.name).toBe('next')
})

describe('a request that ends', () => {
  it('before anything was sent makes nothing', async () => {
    const bond = new Bond()
    const left = expect(create({ volumeId: a, name: 'left' }, scope().until(bond))).rejects.toBe(reason)
    const stays = create({ volumeId: a, name: 'stays' })
    bond.break(reason)
    await left
    expect((await stays).row.name).toBe('stays')
    expect(await named('left', 'stays')).toEqual(['stays'])
  })

  it('while a connection is waited for makes nothing, and does not wait itself', async () => {
    const { handle, use, close } = connect(database.address, { pool: 1, statementTimeout: 20 })
    onTestFinished(close)
    const small = new AccountScope(handle, 1n)
    let release = () => {}
    let holds: Promise<void> | undefined
    await new Promise<void>((begun) => {
      holds = small.transaction(() => {
        begun()
        return new Promise((resolve) => {
          release = resolve
        })
      })
    })
    const bond = new Bond()
    const left = expect(create({ volumeId: a, name: 'late' }, small.until(bond))).rejects.toBe(reason)
    const stays = create({ volumeId: a, name: 'in time' }, small)
    await eventually(() => expect(use.waiting()).toBe(1))
    bond.break(reason)
    await left
    release()
    await holds
    expect((await stays).row.name).toBe('in time')
    expect(await named('late', 'in time')).toEqual(['in time'])
  })

  it('afterwards is told of what was done, as the others need it', async () => {
    const { pid, release } = await lockTable(database.client, 'volume')
    const bond = new Bond()
    const ends = create({ volumeId: a, name: 'ends' }, scope().until(bond))
    const other = create({ volumeId: b, name: 'goes on' }, scope().until(new Bond()))
    await blockedBy(database.client, pid)
    bond.break(reason)
    await release()
    expect((await ends).row.name).toBe('ends')
    expect((await other).row.name).toBe('goes on')
    expect(insertions()).toBe(1)
  })

  it('as all others do makes nothing, where it was cancelled in time', async () => {
    const { pid, release } = await lockTable(database.client, 'volume')
    const bonds = [new Bond(), new Bond()]
    const reasons = bonds.map((_, n) => new Error(`client ${n} is gone`))
    const asked = bonds.map((bond, n) => create({ volumeId: a, name: `gone ${n}` }, scope().until(bond)))
    const ended = Promise.allSettled(asked)
    await blockedBy(database.client, pid)
    for (const [n, bond] of bonds.entries()) bond.break(reasons[n])
    await nobodyBlockedBy(database.client, pid) // while the lock is still held
    await release()
    expect((await ended).map((outcome) => (outcome.status === 'rejected' ? outcome.reason : null))).toEqual(
      reasons,
    )
    expect(await named('gone 0', 'gone 1')).toEqual([])
  })
})
