import { beforeEach, describe, expect, it } from 'vitest'
import { createClaims } from '../src/worker/claim.ts'
import { createTestDatabase } from './support/database.ts'
import { lockRow } from './support/row-lock.ts'

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

/** The same of a backup that is removed. */
async function backupDue(account: number, age: number): Promise<string> {
  const [row] = await client`
    with copied as (
      insert into snapshot (account_id, state, transitioning, volume_id)
      select account_id, 'created', 'no', id from volume where account_id = ${account} returning *)
    insert into backup (account_id, state, transitioning, snapshot_id, volume_id, key, size_bytes, checksum, run_after, deadline)
    select account_id, 'removing', 'yes', id, volume_id, 'k', 1, 'c', now() - ${age} * interval '1 second',
      now() + interval '1 hour' from copied returning id`
  return `backup removing ${account}/${row?.id}`
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

  it('serve the accounts in turn for removals of backups and of snapshots together', async () => {
    const backups = [await backupDue(1, 900), await backupDue(1, 800), await backupDue(1, 700)]
    const own = await due(1, 'removing', 850)
    const second = [await due(2, 'removing', 10), await backupDue(2, 5)]
    const create = await due(3, 'requested', 1000)
    expect(await claimAll()).toEqual([
      ...[backups[0], second[0], own, second[1], backups[1], backups[2]],
      create,
    ])
  })

  it('leave what is not due: waiting for a retry, or leased', async () => {
    await due(1, 'requested', -60)
    const leased = [await due(1, 'requested', 1), await due(2, 'removing', 1)]
    expect(await claimAll()).toEqual(leased.reverse())
    expect(await claimAll()).toEqual([])
  })

  it('pass over a row that another transaction holds, and do not wait for it', async () => {
    const [held, next] = [await due(1, 'requested', 100), await due(1, 'requested', 1)]
    const lock = await lockRow(client, 'snapshot', held.split('/')[1] ?? '')
    expect(await claimAll()).toEqual([next])
    await lock.release()
    expect(await claimAll()).toEqual([held])
  })

  it('take over a lease that has run out', async () => {
    const row = await due(1, 'backing-up', 1, { lease: true })
    expect(await claimAll()).toEqual([row])
  })

  it('say which attempt it is, and of none beyond the last', async () => {
    const said: string[] = []
    for (const attempt of [0, 1, 9, 10]) {
      await due(1, 'removing', 1)
      await client`update snapshot set attempt = ${attempt}, transitioning_message = 'as it was'
        where transitioning = 'yes' and lease_token is null`
      said.push((await createClaims(database.db, 30)())?.transitioningMessage ?? '')
    }
    expect(said).toEqual(['Deleting', 'attempt 2 of 10: Deleting', 'attempt 10 of 10: Deleting', 'as it was'])
  })

  it('give each row to one of many workers', async () => {
    const rows = []
    for (let n = 0; n < 30; n++) rows.push(await due((n % 3) + 1, 'requested', n))
    const claimed = await Promise.all(Array.from({ length: 5 }, () => claimAll()))
    expect(claimed.flat().sort()).toEqual(rows.sort())
  })
})
