import { describe, expect, it } from 'vitest'
import { accountBindings } from './support/account-bindings.ts'

const tables = new Set(['account', 'volume', 'snapshot', 'backup', 'idempotency_key'])
const bindings = (statement: string) =>
  accountBindings(statement, tables).map(({ table, account }) => `${table} ${account}`)

describe('statements that bind an account', () => {
  it.each([
    [
      'select * from "snapshot" where ("snapshot"."account_id" = $1 and "snapshot"."id" = $2) for share',
      ['snapshot $1'],
    ],
    ['SELECT x FROM snapshot AS s WHERE $2 = s.account_id AND (s.a = 1 OR s.b = 2)', ['snapshot $2']],
    ['select mutation from idempotency_key\n where account_id = $1 and key = $2', ['idempotency_key $1']],
    [
      'update "volume" set "name" = $1 where (("volume"."account_id" = $2) and true) returning *',
      ['volume $2'],
    ],
    ['insert into backup (id, account_id, name) values (default, $1, $2), (default, $1, $3)', ['backup $1']],
    [
      'insert into idempotency_key as held (account_id, key) values ($1, $2) on conflict (account_id, key) do update set x = 1 where held.created < now()',
      ['idempotency_key $1'],
    ],
    [
      'select v.a from volume v inner join account on account.id = v.account_id where v.account_id = $1',
      ['volume $1', 'account $1'],
    ],
    [
      'update snapshot set c = case when exists (select from backup where backup.uuid = snapshot.c and backup.account_id = snapshot.account_id) then 1 end where snapshot.account_id = $4',
      ['snapshot $4', 'backup $4'],
    ],
    [
      'select * from unnest($1::bigint[]) as parent(id) cross join lateral (select * from snapshot where snapshot.account_id = $2 and volume_id = parent.id limit $3) page',
      ['snapshot $2'],
    ],
    [
      'with mine as (select id from volume where account_id = $1) select * from mine, snapshot as s where s.account_id = $1',
      ['snapshot $1', 'volume $1'],
    ],
    [
      'select 1 from account where id = $1 union all (select 2 from backup where account_id = $2)',
      ['account $1', 'backup $2'],
    ],
    ['select * from snapshot where account_id = (select $2::bigint) and id = $1', ['snapshot $2']],
    [
      'with changed as (update snapshot set a = 1 where snapshot.account_id = $1 returning account_id, id), recorded as (insert into backup (account_id, id) select account_id, id from changed) select * from changed',
      ['snapshot $1', 'backup $1'],
    ],
    [
      'insert into backup (account_id, id) select account_id, id from (select $1::bigint as account_id, made.* from made) as changed',
      ['backup $1'],
    ],
    ["select 'from snapshot' from volume where account_id = $1 -- from backup", ['volume $1']],
  ])('%s', (statement, expected) => {
    expect(bindings(statement)).toEqual(expected)
  })
})

describe('statements that do not', () => {
  it.each([
    'select * from snapshot',
    'select * from snapshot where id = $1',
    'with changed as (update snapshot set a = 1 where id = $1 returning account_id), recorded as (insert into backup (account_id) select account_id from changed) select 1',
    'insert into backup (account_id) select account_id from others',
    'insert into backup (account_id) select account_id from (select id, $1::bigint as account_id) as x',
    'select * from snapshot where account_id = $1 or id = $2',
    'select * from snapshot where not (account_id = $1)',
    'select * from snapshot where (account_id = $1) is not null',
    'select * from snapshot where account_id <> $1',
    'select * from snapshot where account_id = (select max($1::bigint))',
    'select * from snapshot where account_id = 1',
    'select * from snapshot where account_id = account_id',
    'select * from snapshot where account_id = any($1)',
    'select account_id = $1 from snapshot',
    'select * from snapshot where id in (select id from unnest($1) as account(id) where account_id = $2)',
    'select * from volume left join snapshot on snapshot.account_id = $1',
    'delete from backup where uuid = $1',
    'delete from backup using volume where volume.id = backup.volume_id',
    'update snapshot set account_id = $1 where id = $2',
    'insert into snapshot (volume_id) values ($1)',
    'insert into snapshot (account_id) values (1)',
    'insert into snapshot (account_id) values ($1), ($2)',
    'insert into snapshot (account_id) select $1',
    'truncate snapshot',
  ])('%s', (statement) => {
    const found = accountBindings(statement, tables)
    expect(found.length).toBeGreaterThan(0)
    expect(found.every(({ account }) => account === null)).toBe(true)
  })

  it.each([
    ['select * from volume v, snapshot where v.account_id = $1', ['volume $1', 'snapshot null']],
    [
      'select * from volume join snapshot on volume.id = volume_id where account_id = $1',
      ['volume null', 'snapshot null'],
    ],
    ['select (select count(*) from backup) from volume where account_id = $1', ['volume $1', 'backup null']],
    [
      'with all as (select id from volume) select 1 from snapshot where account_id = $1',
      ['snapshot $1', 'volume null'],
    ],
    ['select 1 from volume where account_id = $1 union select 2 from volume', ['volume $1', 'volume null']],
    [
      'select 1 from snapshot a join snapshot b on a.id = b.id where a.account_id = $1',
      ['snapshot $1', 'snapshot null'],
    ],
  ])('%s', (statement, expected) => {
    expect(bindings(statement)).toEqual(expected)
  })
})
