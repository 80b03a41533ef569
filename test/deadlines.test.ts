import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import { snapshot } from '../src/database/tables.ts'
import { endOverdue } from '../src/worker/end-overdue.ts'
import { startDeadlines } from '../src/worker/start-deadlines.ts'
import { createTestDatabase } from './support/database.ts'
import { eventually } from './support/eventually.ts'
import { createTestGateway } from './support/gateway.ts'
import { rowMaker } from './support/rows.ts'

const database = await createTestDatabase()
const gateway = createTestGateway(database)
const make = rowMaker(database)
await gateway.data('mutation { createVolume(input: { name: "db" }) { ... on Volume { id } } }')

async function snapshotIn(set: Record<string, unknown>): Promise<string> {
  const { createSnapshot } = await gateway.data(
    'mutation { createSnapshot(input: { volumeId: "1v1" }) { ... on Snapshot { id } } }',
  )
  const id: string = createSnapshot.id
  await database.client`update snapshot set ${database.client(set)} where id = ${id.slice(2)}`
  return id
}
/** The removal of a backup. */
async function removalIn(set: Record<string, unknown>): Promise<string> {
  const removal = { state: 'removing', transitioning: 'yes', transitioning_message: 'Deleting' }
  return `1b${await make.backup(1n, await make.snapshot(1n), { ...removal, ...set })}`
}
const read = async (id: string) =>
  (
    await gateway.data(
      `{ result: ${id.startsWith('1b') ? 'backup' : 'snapshot'}(id: "${id}") {
        state transitioning transitioningMessage transitioningProgress } }`,
    )
  ).result

function start() {
  const deadlines = startDeadlines({
    db: database.db,
    operationDeadline: 21_600,
    log: pino({ level: 'silent' }),
    every: 0.05,
  })
  onTestFinished(() => deadlines.close())
}

const past = '2020-01-01T00:00:00Z'
const leased = { lease_token: '00000000-0000-4000-8000-000000000000', lease_expires: '2100-01-01T00:00:00Z' }

describe('the deadline of work', () => {
  it.each([
    ['requested', 'CREATING'],
    ['creating', 'CREATING'],
    ['backing-up', 'CREATED'],
    ['removing', 'REMOVING'],
  ])('ends %s in %s with ERROR and the last message, leased or not', async (state, ends) => {
    const waiting = await snapshotIn({
      state,
      deadline: past,
      transitioning_message: 'attempt 4 of 10: full',
    })
    const held = await snapshotIn({ state, deadline: past, transitioning_message: 'Writing', ...leased })
    const inTime = await snapshotIn({ state, deadline: '2100-01-01T00:00:00Z' })
    start()
    const ended = { state: ends, transitioning: 'ERROR', transitioningProgress: null }
    await eventually(async () => {
      expect(await read(waiting)).toEqual({
        ...ended,
        transitioningMessage: 'gave up after 6 h: attempt 4 of 10: full',
      })
      expect(await read(held)).toEqual({ ...ended, transitioningMessage: 'gave up after 6 h: Writing' })
    })
    expect(await read(inTime)).toMatchObject({ transitioning: 'YES' })
    // A driver that is still running finds no lease, and can record nothing.
    const [row] = await database.client`
      select lease_token, lease_expires, run_after, deadline from snapshot where id = ${held.slice(2)}`
    expect(row).toEqual({ lease_token: null, lease_expires: null, run_after: null, deadline: null })
  })

  it('ends the removal of a backup', async () => {
    const id = await removalIn({ deadline: past })
    start()
    await eventually(async () =>
      expect(await read(id)).toEqual({
        state: 'REMOVING',
        transitioning: 'ERROR',
        transitioningMessage: 'gave up after 6 h: Deleting',
        transitioningProgress: null,
      }),
    )
  })
})

it('a backlog is ended in batches, and holds up nothing else', async () => {
  await database.client`
    insert into snapshot (account_id, state, transitioning, transitioning_message, volume_id, run_after, deadline)
    select 1, 'creating', 'yes', 'Writing', 1, now(), ${past} from generate_series(1, 2500)`
  database.statements.length = 0
  expect(await endOverdue(database.db, snapshot, 60)).toBe(2500)
  expect(database.statements).toHaveLength(3)
  expect(
    await database.client`select distinct state, transitioning, transitioning_message from snapshot where transitioning_message like '%1 min%'`,
  ).toEqual([
    { state: 'creating', transitioning: 'error', transitioning_message: 'gave up after 1 min: Writing' },
  ])
})

describe('work that nobody takes up', () => {
  it('says so after 30 seconds, removals of backups as well', async () => {
    const waiting = [await snapshotIn({ run_after: past }), await removalIn({ run_after: past })]
    const fresh = await snapshotIn({ name: 'fresh' })
    start()
    for (const id of waiting)
      await eventually(async () =>
        expect((await read(id)).transitioningMessage).toBe(
          'No worker has taken this up for 30 s: all are busy, or none is running',
        ),
      )
    expect((await read(fresh)).transitioningMessage).toBe('Waiting for a worker')
  })
})
