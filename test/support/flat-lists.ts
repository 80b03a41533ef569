import type { Sql } from 'postgres'
import type { AccountScope } from '../../src/database/account-scope.ts'
import { snapshot } from '../../src/database/tables.ts'
import { encodeCursor } from '../../src/resources/cursor.ts'
import { makePageFinder } from '../../src/resources/page-finder.ts'
import { keyOf } from '../../src/resources/page-keys.ts'
import { spellOutPrefix } from '../../src/resources/spell-out-prefix.ts'
import { listSnapshots } from '../../src/snapshots/list-snapshots.ts'

// Lists of snapshots whose cost does not grow with the rows that there are, and rows to try them with.

export const size = 20

export type Arguments = Parameters<typeof listSnapshots>[0]

/** Two accounts with 6000 snapshots each, beside others that have none. */
export async function insertManySnapshots(client: Sql): Promise<void> {
  await client`insert into account (name, volumes_root) values ('other', 'other')`
  await client`
    insert into volume (account_id, name, transitioning, state, driver, path)
    select 1 + v % 2, 'v' || v, 'no', 'active', 'vfs', 'v' || v from generate_series(1, 3000) v`
  await client`analyze volume` // of a small table Postgres reads all at once
  // Half of all is in one volume, and in one state; every other name is the same; a year's worth of days begin alike.
  await client`
    insert into snapshot (account_id, volume_id, name, created, state, transitioning, removed, run_after, deadline)
    select account, case when n % 2 = 0 then 2 else 2 + 2 * (n % 30) end - (account - 1),
      case when n % 7 = 0 then null when n % 2 = 0 then 'same' when n % 3 = 0 then 'day-' || n % 40 else 'only-' || n end,
      timestamptz '2026-01-01' + (n * 7919) % 6000 * interval '1 minute', state, transitioning,
      case state when 'removed' then now() end, now(), now()
    from generate_series(1, 6000) n, generate_series(1, 2) account,
      lateral (select case n % 20 when 0 then 'backed-up' when 1 then 'creating' when 2 then 'removed' when 3 then 'removing' else 'created' end as state) as in_state,
      lateral (select case when n % 20 in (1, 3) then 'error' when n % 200 = 5 then 'error' else 'no' end as transitioning) as standing`
}

export const created = ['ASC', 'DESC'].map((direction) => ({
  orderBy: { field: 'CREATED', direction } as never,
}))
const named = ['ASC', 'DESC'].map((direction) => ({ orderBy: { field: 'NAME', direction } as never }))
const both = [...created, ...named]

type Orders = typeof both

export const flatLists: [what: string, filter: Arguments['filter'], orders: Orders][] = [
  ['no filter', null, both],
  ['one volume', { volumeId: ['1v2'] }, created],
  ['several volumes', { volumeId: ['1v2', '1v4', '1v6'] }, created],
  ['one state that most have', { state: ['created'] }, created],
  ['one state that few have', { state: ['backed-up'] }, created],
  ['one state that none has', { state: ['requested'] }, created],
  ['removed ones', { state: ['removed'] }, created],
  ['removed ones alone', { removed: 'ONLY' }, created],
  ['with removed ones', { removed: 'INCLUDE' }, created],
  ['several states', { state: ['created', 'backed-up', 'removing'] }, created],
  ['transitioning NO', { transitioning: ['no'] }, created],
  ['transitioning YES', { transitioning: ['yes'] }, created],
  ['transitioning ERROR', { transitioning: ['error'] }, created],
  ['a state and transitioning', { state: ['creating'], transitioning: ['error'] }, created],
  ['created after', { createdAfter: '2026-01-02T00:00:00.000000Z' }, created],
  ['created before', { createdBefore: '2026-01-02T00:00:00.000000Z' }, created],
  [
    'created between',
    { createdAfter: '2026-01-02T00:00:00.000000Z', createdBefore: '2026-01-04T00:00:00.000000Z' },
    created,
  ],
  ['a state, created after', { state: ['created'], createdAfter: '2026-01-02T00:00:00.000000Z' }, created],
  ['a name that many have', { name: { eq: 'same' } }, both],
  ['a name that one has', { name: { eq: 'only-3001' } }, both],
  ['a name that none has', { name: { eq: 'none' } }, both],
  ['several names', { name: { in: ['same', 'day-3', 'only-3001'] } }, created],
  ['a beginning of names that many have', { name: { startsWith: 'sa' } }, both],
  ['a beginning of some names', { name: { startsWith: 'day-' } }, both],
  ['a beginning that few names have', { name: { startsWith: 'only-300' } }, both],
  ['a beginning of no name', { name: { startsWith: 'none' } }, both],
  ['a beginning of many names', { name: { startsWith: 'only-' } }, named],
]

interface Making {
  withVolume: boolean
  /** Left out: yes. No where too many statements are prepared already. */
  mayPrepare?: boolean
}

/** The statement of a page, and its values, also as another account asks it. */
export async function statementOf(scope: AccountScope, args: Arguments, { withVolume, mayPrepare }: Making) {
  const list = listSnapshots(args)
  const conditions = [
    ...(await spellOutPrefix(scope, list.filter, list.plan.order.field)),
    ...list.plan.bounds,
  ]
  const reading = withVolume ? { volume: { without: [] } } : {}
  const { statement, valuesOf } = makePageFinder({ ...list, conditions, reading }, mayPrepare)
  const parameters = (account: bigint) => statement.parameters(valuesOf([keyOf(conditions)]), account)
  return { ...statement, parameters, values: parameters(scope.accountId) }
}

/** The same of a page for each of some volumes. */
export function statementOfVolumes(args: Arguments, volumeIds: readonly bigint[], account: bigint) {
  const { filter, ...list } = listSnapshots(args)
  const conditions = [...filter, ...list.plan.bounds]
  const { statement, valuesOf } = makePageFinder({ ...list, conditions, parent: snapshot.volumeId })
  const values = valuesOf(volumeIds.map((id) => keyOf(conditions, id)))
  return { ...statement, values: statement.parameters(values, account) }
}

/** The first page, one from the middle, and the last, forwards and backwards. */
export function pagesOf(args: Arguments): Arguments[] {
  const [first, last] = [
    { ...args, first: size },
    { ...args, last: size },
  ]
  const { field, direction } = args.orderBy ?? { field: 'CREATED', direction: 'DESC' }
  const values = field === 'NAME' ? ['same', 'only-3001', null] : ['2026-01-03T01:02:03.000000Z']
  const cursors = values.map((value) =>
    encodeCursor({ type: 'snapshot', field, direction }, { value, id: 3000n }),
  )
  return [
    first,
    last,
    ...cursors.flatMap((cursor) => [
      { ...first, after: cursor },
      { ...last, before: cursor },
    ]),
  ]
}

/** Values as EXECUTE has them. */
export function literalsOf(values: readonly unknown[]): string {
  return values
    .map((value) => (value === null ? 'null' : `'${String(value).replaceAll("'", "''")}'`))
    .join(', ')
}
