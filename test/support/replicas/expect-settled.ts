import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { eventually } from '../eventually.ts'
import { assertHistory } from '../history.ts'
import type { OwnPostgres } from '../own-postgres.ts'
import { overlappingLeases, returnedLeases, unleasedOutcomes } from './audit.ts'
import type { Clients } from './clients.ts'

/** How long a lease, its retry and the work behind it may take. */
const patience = 120_000

/** Every row has come to its end, as was acknowledged, under one lease at a time; the folders hold what rows say. */
export async function expectSettled(
  server: OwnPostgres,
  { snapshots, wrong }: Pick<Clients, 'snapshots' | 'wrong'>,
  cwd: string,
): Promise<void> {
  expect(wrong).toEqual([])
  // However many there are: as long as it gets less, somebody is at work.
  for (let left = Number.POSITIVE_INFINITY; left > 0; )
    left = await eventually(async () => {
      const unsettled = await server.ask(
        (sql) => sql`
          select id, state, transitioning, attempt, transitioning_message from snapshot where transitioning <> 'no'
          union all
          select id, state, transitioning, attempt, transitioning_message from backup where transitioning <> 'no'`,
      )
      if (unsettled.length >= left) expect([...unsettled]).toEqual([])
      return unsettled.length
    }, patience)
  const rows = await server.ask(
    (sql) => sql`select account_id, id, name, state, uuid, lease_token, run_after, deadline from snapshot`,
  )
  const ends = { create: 'created', backup: 'backed-up', remove: 'removed' }
  expect(
    rows.map(({ account_id, id, name, state }) => `1a${account_id} 1s${id} ${name}: ${state}`).sort(),
  ).toEqual(
    [...snapshots]
      .map(([id, { account, name, wanted }]) => `${account} ${id} ${name}: ${ends[wanted]}`)
      .sort(),
  )
  for (const { lease_token, run_after, deadline } of rows)
    expect([lease_token, run_after, deadline]).toEqual([null, null, null])
  for (const violations of [overlappingLeases, unleasedOutcomes, returnedLeases])
    expect(await server.ask(violations)).toEqual([])

  await server.ask((sql) => assertHistory(sql))

  const kept = await server.ask(
    (sql) => sql`select v.uuid || '/' || s.uuid || '.tar.gz' as path from snapshot s
      join volume v on v.account_id = s.account_id and v.id = s.volume_id where s.state <> 'removed'`,
  )
  expect(filesIn(join(cwd, 'data/snapshots'))).toEqual(kept.map(({ path }) => path).sort())
  const copies = await server.ask(
    (sql) => sql`select v.uuid || '/' || b.uuid as path from backup b
      join volume v on v.account_id = b.account_id and v.id = b.volume_id where b.state <> 'removed'`,
  )
  expect(filesIn(join(cwd, 'data/backups'))).toEqual(
    copies.flatMap(({ path }) => [`${path}.json`, `${path}.tar.gz`]).sort(),
  )
}

function filesIn(root: string): string[] {
  return (readdirSync(root, { recursive: true }) as string[])
    .filter((name) => name.includes('/') && name !== '.snapshot-gateway')
    .sort()
}
