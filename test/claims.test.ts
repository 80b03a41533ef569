import { beforeEach, describe, expect, it } from 'vitest'
import { createClaims } from '../src/worker/claim.ts'
import { createTestDatabase } from './support/database.ts'

const database = await createTestDatabase()
const { client } = database
await client`insert into account (name, volumes_root) values ('two', 'two'), ('three', 'three')`
for (const account of [1, 2, 3])
  await client`insert into volume (account_id, name, state, transitioning, driver, path)
    values (${account}, 'v', 'active', 'no', 'vfs', 'v')`

beforeEach(() => client`delete from backup`.then(() => client`delete from snapshot`))

/** A row with work due `age` seconds ago. */
async function due(account: number, state: string, age: number, { lease = false } = {}): Promise<string> {
  const [row] = await client`
    insert into snapshot (account_id, state, transitioning, volume_id, run_after, deadline, lease_token, lease_expires)
    select ${account}, ${state}, 'yes', id, now() - ${age} * interval '1 second', now() + interval '1 hour',
      ${lease ? '00000000-0000-4000-8000-000000000000' : null}, ${lease ? '2020-01-01' : null}
    from volume where account_id = ${account} returning id`
  return `${state} ${account}/${row?.id}`
}

async function claimAll(claimNext = createClaims(database.db, 30)): Promise<string[]> {
  const order: string[] = []
  for (let row = await claimNext(); row; row = await claimNext()) {
    const before = row.state === 'creating' ? 'requested' : row.state
    order.push(`${row.kind === 'backup' ? 'backup ' : ''}${before} ${row.accountId}/${row.id}`)
  }
  return order
}

describe('claims', () => {
  it('take removals first, and within an account backups before creates, the oldest first', async () => {
    const newer = await due(1, 'requested', 10)
    const older = await due(1, 'requested', 100)
    const backup = await due(1, 'backing-up', 1)
    const removal = await due(1, 'removing', 0)
    expect(await claimAll()).toEqual([removal, backup, older, newer])
  })

  it('serve the accounts in turn, so that one cannot hold up the others', async () => {
    const one = [await due(1, 'requested', 100), await due(1, 'requested', 90), await due(1, 'requested', 80)]
    const two = [await due(2, 'requested', 2), await due(2, 'requested', 1)]
    const three = [await due(3, 'requested', 1)]
    expect(await claimAll()).toEqual([one[0], two[0], three[0], one[1], two[1], one[2]])
  })

  it('serve the accounts in turn for removals as well', async () => {
    const first = [
      await due(1, 'removing', 900),
      await due(1, 'removing', 800),
      await due(1, 'removing', 700),
    ]
    const second = await due(2, 'removing', 100)
    const third = await due(3, 'removing', 50)
    expect(await claimAll()).toEqual([first[0], second, third, first[1], first[2]])
  })

  it('take removals of backups too', async () => {
    const snapshot = await due(2, 'requested', 5)
    await client`insert into backup (account_id, state, transitioning, snapshot_id, volume_id, key, size_bytes, checksum, run_after, deadline)
      select 2, 'removing', 'yes', id, volume_id, 'k', 1, 'c', now(), now() + interval '1 hour' from snapshot`
    expect(await claimAll()).toEqual([expect.stringMatching(/^backup removing 2/), snapshot])
  })

  it('leave what is not due: waiting for a retry, or leased', async () => {
    await due(1, 'requested', -60)
    expect(await claimAll()).toEqual([])
  })

  it('take over a lease that has run out', async () => {
    const row = await due(1, 'backing-up', 1, { lease: true })
    expect(await claimAll()).toEqual([row])
  })

  it('give each row to one of many workers', async () => {
    const rows = []
    for (let n = 0; n < 30; n++) rows.push(await due((n % 3) + 1, 'requested', n))
    const claimed = await Promise.all(Array.from({ length: 5 }, () => claimAll()))
    expect(claimed.flat().sort()).toEqual(rows.sort())
  })
})
