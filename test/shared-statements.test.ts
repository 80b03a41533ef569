import { beforeEach, describe, expect, it, vi } from 'vitest'
import { AccountScope } from '../src/database/account-scope.ts'
import { Bond } from '../src/database/bond.ts'
import { type Finder, SharedStatements } from '../src/database/shared-statements.ts'
import type { Values } from '../src/database/statement.ts'
import type { SnapshotRow } from '../src/database/tables.ts'
import { findByIds, snapshots, snapshotsWithVolumes, volumes } from '../src/resources/find-by-ids.ts'
import type { Page } from '../src/resources/page.ts'
import { createTestDatabase } from './support/database.ts'
import { blockedBy, lockTable, nobodyBlockedBy } from './support/row-lock.ts'
import { rowMaker } from './support/rows.ts'

vi.resetModules() // the tests before may have used up the statements that are prepared, and so shared
const { listSnapshots } = await import('../src/snapshots/list-snapshots.ts')
const { readSnapshotsOfVolumes } = await import('../src/snapshots/snapshots-of-volumes.ts')

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

async function find<Row>(
  scope: AccountScope,
  finder: Finder<bigint, Row, Row>,
  id: bigint,
): Promise<Row | null> {
  const [row] = await findByIds(scope, finder, [id])
  return row ?? null
}

beforeEach(() => {
  database.statements.length = 0
})

describe('look-ups of the same turn', () => {
  it('are one statement, and each gets its own row', async () => {
    const found = await Promise.all(
      [second, first, 999_999n, second, third].map((id) => find(scope(), snapshots, id)),
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
      find(scope(), snapshots, first),
      find(scopeOfOther, snapshots, first),
    ])
    expect([own?.name, foreign]).toEqual(['snapshot 0', null])
    expect(database.statements).toHaveLength(2)
  })

  it('are apart for what is read', async () => {
    const [alone, withVolume, volume] = await Promise.all([
      find(scope(), snapshots, first),
      find(scope(), snapshotsWithVolumes, first),
      find(scope(), volumes, volumeId),
    ])
    expect([alone?.volume, withVolume?.volume?.name, volume?.name]).toEqual([undefined, 'data', 'data'])
  })

  it('of more than a hundred are several statements', async () => {
    const asked = Array.from({ length: 250 }, (_, n) => find(scope(), snapshots, n % 2 ? first : BigInt(n)))
    expect((await Promise.all(asked)).filter((row) => row !== null)).not.toHaveLength(0)
    expect(database.statements).toHaveLength(3)
  })

  it('fail together, with what the statement failed with', async () => {
    const away = await createTestDatabase()
    const failing = new AccountScope(away.handle, 1n)
    await away.client`alter table snapshot rename to snapshot_elsewhere`
    const outcomes = await Promise.allSettled([
      find(failing, snapshots, 1n),
      find(failing, snapshots, 2n),
      find(failing, volumes, 1n),
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

it('no ids of one request are no statement', async () => {
  expect(await findByIds(scope(), snapshots, [])).toEqual([])
  expect(database.statements).toHaveLength(0)
})

describe('pages of the snapshots of a volume, asked for in the same turn', () => {
  const pagesOf = (scope: AccountScope, args: Parameters<typeof listSnapshots>[0], volumes: bigint[]) =>
    readSnapshotsOfVolumes(scope, listSnapshots(args), volumes)
  const namesOf = (pages: Page<SnapshotRow>[]) => pages.map(({ rows }) => rows.map(({ name }) => name))

  it('are one statement, and each gets its own rows', async () => {
    const more = await make.volume({ name: 'more' })
    for (const name of ['a', 'b', 'c']) await make.snapshot(more, { name })
    const none = await make.volume({ name: 'none' })
    database.statements.length = 0
    const found = await Promise.all(
      [more, none, volumeId, more].map((id) => pagesOf(scope(), { first: 2 }, [id])),
    )
    expect(found.map(namesOf)).toEqual([[['c', 'b']], [[]], [['snapshot 2', 'snapshot 1']], [['c', 'b']]])
    expect(found.map(([page]) => page?.hasNextPage)).toEqual([true, false, true, true])
    expect(database.statements).toHaveLength(1)
  })

  it('are apart for each account', async () => {
    const found = await Promise.all([pagesOf(scope(), {}, [volumeId]), pagesOf(scopeOfOther, {}, [volumeId])])
    expect(found.map(namesOf)).toEqual([[['snapshot 2', 'snapshot 1', 'snapshot 0']], [[]]])
    expect(database.statements).toHaveLength(2)
  })

  it('are apart for each size, order, filter and cursor, and where they are of several volumes', async () => {
    const [page] = await pagesOf(scope(), { first: 1 }, [volumeId])
    const cursor = page?.rows[0] && page.cursor(page.rows[0])
    database.statements.length = 0
    const found = await Promise.all([
      pagesOf(scope(), { first: 1 }, [volumeId]),
      pagesOf(scope(), { first: 1, after: cursor }, [volumeId]),
      pagesOf(scope(), { first: 2 }, [volumeId]),
      pagesOf(scope(), { first: 1, orderBy: { field: 'CREATED', direction: 'ASC' } }, [volumeId]),
      pagesOf(scope(), { first: 1, filter: { name: { eq: 'snapshot 1' } } }, [volumeId]),
      pagesOf(scope(), { first: 1 }, [volumeId, 999_999n]),
    ])
    expect(found.map((pages) => namesOf(pages)[0])).toEqual([
      ['snapshot 2'],
      ['snapshot 1'],
      ['snapshot 2', 'snapshot 1'],
      ['snapshot 0'],
      ['snapshot 1'],
      ['snapshot 2'],
    ])
    expect(database.statements).toHaveLength(6)
  })

  it('are several statements where they have many rows', async () => {
    await Promise.all(Array.from({ length: 10 }, () => pagesOf(scope(), { first: 99 }, [volumeId])))
    expect(database.statements).toHaveLength(2)
    await Promise.all(Array.from({ length: 5 }, () => pagesOf(scope(), { first: 100 }, [volumeId])))
    expect(database.statements).toHaveLength(4)
  })
})

describe('a broken bond', () => {
  it('ends its own look-up at once, and no other; the statement goes on', async () => {
    const { pid, release } = await lockTable(database.client, 'snapshot')
    const bond = new Bond()
    const ended = expect(find(scope().until(bond), snapshots, first)).rejects.toThrow('the client is gone')
    const others = [find(scope().until(new Bond()), snapshots, first), find(scope(), snapshots, second)]
    await blockedBy(database.client, pid)
    bond.break(new Error('the client is gone'))
    await ended
    await release()
    expect((await Promise.all(others)).map((row) => row?.name)).toEqual(['snapshot 0', 'snapshot 1'])
  })

  it('of all has the statement cancelled', async () => {
    const { pid, release } = await lockTable(database.client, 'snapshot')
    const bonds = [new Bond(), new Bond()]
    const asked = bonds.map((bond) => find(scope().until(bond), snapshots, first))
    const ended = Promise.allSettled(asked)
    await blockedBy(database.client, pid)
    for (const bond of bonds) bond.break(new Error('the client is gone'))
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    await nobodyBlockedBy(database.client, pid) // while the lock is still held
    await release()
  })

  it('before anything was sent leaves nothing of its own to be read', async () => {
    const sent: Values[] = []
    const reads = new SharedStatements(async (_, values) => {
      sent.push(values())
      return []
    })
    const bond = new Bond()
    const left = expect(reads.ask(snapshots, first, 1n, bond)).rejects.toThrow('the client is gone')
    const waits = reads.ask(snapshots, second, 1n, new Bond())
    bond.break(new Error('the client is gone'))
    await left
    expect(await waits).toEqual([])
    expect(sent).toEqual([snapshots.valuesOf([second])])
  })

  it('of all before anything was sent leaves those who ask after that their answer', async () => {
    const bond = new Bond()
    const left = expect(find(scope().until(bond), snapshots, first)).rejects.toThrow('the client is gone')
    bond.break(new Error('the client is gone'))
    const found = await find(scope().until(new Bond()), snapshots, second)
    await left
    expect(found?.name).toBe('snapshot 1')
    expect(database.statements).toHaveLength(1)
  })

  it('before anything was sent sends nothing', async () => {
    const bond = new Bond()
    const asked = find(scope().until(bond), snapshots, first)
    bond.break(new Error('the client is gone'))
    await expect(asked).rejects.toThrow('the client is gone')
    await expect(find(scope().until(bond), snapshots, first)).rejects.toThrow('the client is gone')
    await find(scope(), volumes, volumeId) // sent after them
    expect(database.statements).toHaveLength(1)
  })
})
