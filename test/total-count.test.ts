import { expect, it, onTestFinished } from 'vitest'
import { connect } from '../src/database/database.ts'
import { createTestDatabase } from './support/database.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

/** A gateway whose database never ends counting, but reads as fast as any. */
async function slowToCount() {
  const database = await createTestDatabase()
  const make = rowMaker(database)
  const volume = await make.volume()
  await make.backup(volume, await make.snapshot(volume))
  // Found before pg_catalog's own count(*).
  await database.client.unsafe(`
    create schema slow;
    create function slow.step(bigint) returns bigint language plpgsql as
      'begin perform pg_catalog.pg_sleep(60); return $1 + 1; end';
    create aggregate slow.count(*) (sfunc = slow.step, stype = bigint, initcond = '0');
    do 'begin execute format(''alter database %I set search_path = slow, pg_catalog, public'', current_database()); end'`)
  const { close, ...through } = connect(database.address, { pool: 4, statementTimeout: 1 })
  onTestFinished(close)
  return createTestGateway({ ...database, ...through })
}

const page = 'nodes { id } pageInfo { hasNextPage } totalCount'
const answered = (id: string) => ({ nodes: [{ id }], pageInfo: { hasNextPage: false }, totalCount: null })

it('a totalCount that took too long is null, with an error, while its neighbours answer', async () => {
  const gateway = await slowToCount()
  const { status, data, errors } = await gateway.query(
    `{ snapshots { ${page} } volumes { nodes { id snapshots { ${page} } } totalCount } backups { ${page} } viewer { role } }`,
  )
  expect(status).toBe(200)
  expect(data).toEqual({
    snapshots: answered('1s1'),
    volumes: { nodes: [{ id: '1v1', snapshots: answered('1s1') }], totalCount: null },
    backups: answered('1b1'),
    viewer: { role: 'ADMIN' },
  })
  const paths = [
    ['snapshots', 'totalCount'],
    ['volumes', 'nodes', 0, 'snapshots', 'totalCount'],
    ['volumes', 'totalCount'],
    ['backups', 'totalCount'],
  ]
  expect(errors).toHaveLength(paths.length)
  for (const path of paths)
    expect(errors).toContainEqual({
      message: 'this took too long: narrow the filter, order by CREATED, or leave out totalCount',
      path,
      locations: expect.any(Array),
      extensions: { code: 'TOO_COSTLY' },
    })
})
