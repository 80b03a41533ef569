import { describe, expect, it } from 'vitest'
import { createAccount } from '../src/accounts/create-account.ts'
import { seed } from '../src/seed/seed.ts'
import { createClaims } from '../src/worker/claim.ts'
import { createTestDatabase, type TestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const note = 'Seeded for tests of load: there is no archive.'

// Once for the tests that only look.
const seeded = await createTestDatabase()
const size = { accounts: 3, volumes: 41, snapshots: 4000 }
const progress: number[] = []
const made = await seed(seeded, size, (snapshots) => progress.push(snapshots), { batch: 700 })

describe('seeded rows', () => {
  it('are as many as were asked for, half of them of account 1, and the rest spread over the others', async () => {
    const backups = await count(seeded, 'backup')
    expect(made).toEqual({ ...size, backups, seconds: expect.any(Number) })
    expect(progress).toEqual([700, 1400, 2000, 2700, 3000, 3700, 4000])
    const shares = await seeded.client`
      select account.id::int, account.name, volumes_root,
        (select count(*)::int from volume where account_id = account.id) as volumes,
        (select count(*)::int from snapshot where account_id = account.id) as snapshots
      from account order by id`
    expect(shares).toEqual([
      { id: 1, name: 'default', volumes_root: '', volumes: 21, snapshots: 2000 },
      { id: 2, name: 'seeded-2', volumes_root: 'seeded/2', volumes: 10, snapshots: 1000 },
      { id: 3, name: 'seeded-3', volumes_root: 'seeded/3', volumes: 10, snapshots: 1000 },
    ])
  })

  it('say what they are', async () => {
    for (const table of ['volume', 'snapshot', 'backup'])
      expect(await seeded.client`select distinct description from ${seeded.client(table)}`, table).toEqual([
        { description: note },
      ])
    expect(
      await seeded.client`select * from volume where name !~ '^seeded-[0-9]+$' or driver <> 'vfs' or
        path !~ (case account_id when 1 then '^seeded/1/volume-[0-9]+$' else '^volume-[0-9]+$' end)`,
    ).toEqual([])
    expect(await seeded.client`select * from backup where key not like 'seeded/%.tar.gz'`).toEqual([])
  })

  it('have the states of a database in use, and none for a worker', async () => {
    const shares = await seeded.client<{ standing: string; percent: number }[]>`
      select state || ' ' || transitioning as standing, (100.0 * count(*) / 4000)::float8 as percent
      from snapshot group by 1`
    const expected = {
      'created no': 90,
      'created error': 1,
      'creating error': 1,
      'backed-up no': 5,
      'removed no': 3,
    }
    expect(shares.map(({ standing }) => standing).sort()).toEqual(Object.keys(expected).sort())
    for (const { standing, percent } of shares)
      expect(Math.abs(percent - (expected[standing as keyof typeof expected] ?? 0)), standing).toBeLessThan(
        1.5,
      )
    expect(await createClaims(seeded.db, 30)()).toBeNull()
    for (const table of ['snapshot', 'backup'])
      expect(
        await seeded.client`select * from ${seeded.client(table)} where transitioning = 'yes' or run_after is not null
          or deadline is not null or lease_token is not null or transitioning_progress is not null`,
      ).toEqual([])
  })

  it('are what a worker would have written', async () => {
    const wrong = await seeded.client`
      select snapshot.id from snapshot join volume on volume.account_id = snapshot.account_id and volume.id = volume_id
      where not (
        (snapshot.transitioning = 'error') = (snapshot.transitioning_message is not null)
        and case when snapshot.state = 'creating'
          then managed_volume_uuid is null and size_bytes is null and checksum is null
          else managed_volume_uuid = volume.uuid::text and size_bytes > 0 and checksum ~ '^sha256:[0-9a-f]{64}$' end
        and (backup_uuid is not null) =
          (snapshot.state = 'backed-up' or snapshot.state = 'created' and snapshot.transitioning = 'error')
        and snapshot.attempt between 1 and 10
        and volume.created < snapshot.created and snapshot.created <= now()
        and (snapshot.removed is null or snapshot.removed > snapshot.created and snapshot.removed <= now()))`
    expect(wrong).toEqual([])
    const copies = await seeded.client`
      select snapshot.id, count(backup.id)::int as copies from snapshot left join backup
        on backup.account_id = snapshot.account_id and backup.snapshot_id = snapshot.id
        and backup.volume_id = snapshot.volume_id and backup.uuid = snapshot.backup_uuid
        and backup.name is not distinct from snapshot.name and backup.state = 'created'
        and backup.transitioning = 'no' and backup.checksum = snapshot.checksum
        and backup.size_bytes = snapshot.size_bytes and backup.created between snapshot.created and now()
      where snapshot.state = 'backed-up' group by snapshot.id`
    expect(new Set(copies.map(({ copies }) => copies))).toEqual(new Set([1]))
    expect(await count(seeded, 'backup')).toBe(copies.length)
  })

  it('are of different times and volumes one after another, almost in the order of their ids', async () => {
    const [times] = await seeded.client`
      select count(distinct (account_id, created))::int as times, max(created) > now() - interval '10 minutes' as recent,
        extract(epoch from max(created) - min(created))::int / 60 as minutes,
        count(*) filter (where extract(microseconds from created)::int % 1000 <> 0)::int > 3900 as precise
      from snapshot`
    expect(times).toMatchObject({ times: 4000, recent: true, precise: true })
    expect(Math.abs(times?.minutes - 4000)).toBeLessThan(20)
    const [next] = await seeded.client`
      select count(*) filter (where created < before)::int as earlier, count(*) filter (where same)::int as same from (
        select created, lag(created) over ids as before, volume_id = lag(volume_id) over ids as same
        from snapshot window ids as (partition by account_id order by id)) as rows`
    expect(next?.same).toBe(0)
    expect(next?.earlier).toBeGreaterThan(200)
    const spread = await seeded.client`
      select distinct count(*)::int as snapshots from snapshot where account_id = 2 group by volume_id`
    expect(spread).toEqual([{ snapshots: 100 }])
  })

  it('have names that repeat, that are of one alone, or none', async () => {
    const [names] = await seeded.client`
      select count(*) filter (where name is null)::int as none,
        count(*) filter (where name = 'nightly-' || to_char(created at time zone 'UTC', 'YYYY-MM-DD'))::int as nightly,
        count(distinct name) filter (where name ~ '^before-upgrade-[0-9]+$')::int as upgrades from snapshot`
    expect(names?.none + names?.nightly + names?.upgrades).toBe(4000)
    expect(Math.abs(names?.none - 400)).toBeLessThan(100)
    expect(Math.abs(names?.nightly - 2400)).toBeLessThan(100)
  })

  it('are the same every time, but for when they end', async () => {
    const again = await createTestDatabase()
    await seed(again, size)
    const rows = ({ client }: TestDatabase) => client`
      select account_id, id, uuid, volume_id, state, transitioning, size_bytes, checksum, backup_uuid, managed_volume_uuid,
        created - first_value(created) over (order by account_id, id) as since
      from snapshot order by account_id, id`
    expect(await rows(again)).toEqual(await rows(seeded))
    const others = ({ client }: TestDatabase) => client`
      select account_id, id, uuid, name, path, null from volume union all
      select account_id, id, uuid, null, key, volume_id from backup union all
      select id, id, uuid, name, volumes_root, null from account order by 1, 2, 3`
    expect((await others(again)).filter(({ name }) => name !== 'default')).toEqual(
      (await others(seeded)).filter(({ name }) => name !== 'default'),
    )
  })

  it('are served as others are, each account its own', async () => {
    const list = `{
      snapshots(first: 50) { totalCount nodes { name volume { name uri } backup { uri } description } }
      backups(first: 5) { totalCount nodes { uri snapshot { state } } }
      volumes(first: 2) { totalCount nodes { name snapshots(first: 2) { totalCount } } }
    }`
    const first = await createTestGateway(seeded).data(list)
    expect([first.snapshots.totalCount, first.volumes.totalCount]).toEqual([
      await count(seeded, 'snapshot', 1),
      21,
    ])
    expect(first.snapshots.nodes).toHaveLength(50)
    for (const { description, volume } of first.snapshots.nodes) {
      expect(description).toBe(note)
      expect(volume.uri).toBe(`file:///volumes/seeded/1/${volume.name.replace('seeded', 'volume')}`)
    }
    for (const { uri, snapshot } of first.backups.nodes) {
      expect(uri).toMatch(/^file:\/\/\/backups\/seeded\//)
      expect(snapshot.state).toBe('BACKED_UP')
    }
    const second = await createTestGateway(seeded, { accountId: 2n }).data(list)
    expect(second.snapshots.totalCount).toBe(await count(seeded, 'snapshot', 2))
    expect(second.volumes.totalCount).toBe(10)
  })
})

describe('seeding', () => {
  it('is done once', async () => {
    await expect(seed(seeded, size)).rejects.toThrow(
      /^this database is seeded already, or in part \(41 volumes, 4000 snapshots\): to seed anew, use another DATA_DIR or DATABASE_URL$/,
    )
    expect(await count(seeded, 'snapshot')).toBe(4000)
  })

  it('that was ended is not gone on with', async () => {
    const database = await createTestDatabase()
    const end = () => {
      throw new Error('ended')
    }
    await expect(seed(database, size, end, { batch: 500 })).rejects.toThrow('ended')
    await expect(seed(database, size)).rejects.toThrow(/or in part \(41 volumes, 500 snapshots\): /)
  })

  it('is refused where there are other snapshots, also removed ones', async () => {
    const database = await createTestDatabase()
    const make = rowMaker(database)
    await make.snapshot(await make.volume(), { state: 'removed' })
    await expect(seed(database, size)).rejects.toThrow(
      'this database has snapshots, which seeded ones are not to be mixed with: use another DATA_DIR or DATABASE_URL',
    )
    expect([await count(database, 'volume'), await count(database, 'snapshot')]).toEqual([1, 1])
  })

  it('goes beside volumes and accounts that are elsewhere, not where its own would be', async () => {
    const database = await createTestDatabase()
    const make = rowMaker(database)
    await createAccount(database.handle, { name: 'team', volumesRoot: 'team' }, async () => null)
    const id = await make.volume({ path: 'seeded' })
    await expect(seed(database, size)).rejects.toThrow(
      `volume 1v${id} of account 1a1 has a name or a directory that seeded ones would have`,
    )
    await database.client`update volume set path = 'elsewhere'`
    await createAccount(database.handle, { name: 'seeded-2', volumesRoot: 'x' }, async () => null)
    await expect(seed(database, size)).rejects.toThrow(
      'account 1a3 has a name or a directory that seeded ones would have',
    )
    await database.client`update account set name = 'other' where name = 'seeded-2'`
    await seed(database, { accounts: 2, volumes: 2, snapshots: 10 })
    const shares =
      await database.client`select account_id::int, count(*)::int from snapshot group by 1 order by 1`
    expect(shares).toEqual([
      { account_id: 1, count: 5 },
      { account_id: 4, count: 5 },
    ])
  })

  it.each([
    { accounts: 1, volumes: 1, snapshots: 3 },
    { accounts: 4, volumes: 4, snapshots: 1 },
    { accounts: 7, volumes: 9, snapshots: 20 },
  ])('leaves no account without a volume: %j', async (size) => {
    const database = await createTestDatabase()
    await seed(database, size)
    const [found] = await database.client`
      select count(distinct account_id)::int as accounts, count(*)::int as volumes,
        (select count(*)::int from snapshot) as snapshots from volume`
    expect(found).toEqual(size)
  })
})

async function count({ client }: TestDatabase, table: string, accountId?: number): Promise<number> {
  const [row] = await client`
    select count(*)::int from ${client(table)}
    where ${accountId === undefined ? client`true` : client`account_id = ${accountId} and removed is null`}`
  return row?.count
}
