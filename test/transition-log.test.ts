import { describe, expect, it, onTestFinished } from 'vitest'
import { StorageError } from '../src/storage/driver.ts'
import { startDeadlines } from '../src/worker/start-deadlines.ts'
import { eventually } from './support/eventually.ts'
import { recordLog } from './support/log-lines.ts'
import { createWorkbench } from './support/worker.ts'

const { database, workers, work, take, act, reaches } = await createWorkbench()

/** A worker, and what it tells of one row. */
async function follow(options: { timing?: { lease: number; renewal: number; trust: number } } = {}) {
  const { log, lines } = recordLog()
  const { driver } = await work({ log, ...options })
  const of = (id: string) =>
    lines
      .filter((line) => line.event !== undefined && line.id === id)
      .map(({ time, account, id, ...line }) => line)
  return { driver, lines, of }
}
const line = (
  operation: string,
  event: string,
  from: string,
  to: string | null,
  attempt: number,
  more = {},
) => ({
  level: ['retry', 'failed', 'lost', 'overdue'].includes(event) ? 40 : 30,
  msg: `${operation}: ${event}`,
  event,
  operation,
  from,
  to,
  attempt,
  ...more,
})
const ms = expect.any(Number)

describe('a line of the log tells of each', () => {
  it('claim and end, with the states before and after', async () => {
    const { driver, of, lines } = await follow()
    const id = await take()
    await (await driver.next()).succeed()
    await reaches(id, { state: 'CREATED' })
    await act('backupSnapshot', id)
    await (await driver.next()).succeed()
    await reaches(id, { state: 'BACKED_UP' })
    await act('removeSnapshot', id)
    await (await driver.next()).succeed()
    await reaches(id, { state: 'REMOVED' })
    await eventually(() => expect(of(id)).toHaveLength(6))
    expect(of(id)).toEqual([
      line('snapshot.create', 'claimed', 'requested', 'creating', 1),
      line('snapshot.create', 'done', 'creating', 'created', 1, { ms }),
      line('snapshot.backup', 'claimed', 'backing-up', 'backing-up', 1),
      line('snapshot.backup', 'done', 'backing-up', 'backed-up', 1, { ms }),
      line('snapshot.remove', 'claimed', 'removing', 'removing', 1),
      line('snapshot.remove', 'done', 'removing', 'removed', 1, { ms }),
    ])
    expect(lines.find((each) => each.id === id)).toMatchObject({ account: '1a1', time: expect.any(String) })
  })

  it('retry and failure, with the reason', async () => {
    const { driver, of } = await follow()
    const id = await take()
    ;(await driver.next()).fail(new StorageError('DISK_FULL', 'the disk is full', { retryable: true }))
    ;(await driver.next()).fail(new StorageError('DAMAGED', 'it is damaged', { retryable: false }))
    await reaches(id, { transitioning: 'ERROR' })
    await eventually(() => expect(of(id)).toHaveLength(4))
    expect(of(id)).toEqual([
      line('snapshot.create', 'claimed', 'requested', 'creating', 1),
      line('snapshot.create', 'retry', 'creating', 'creating', 1, {
        ms,
        code: 'DISK_FULL',
        reason: 'the disk is full',
        retryInMs: expect.any(Number),
      }),
      line('snapshot.create', 'claimed', 'creating', 'creating', 2),
      line('snapshot.create', 'failed', 'creating', 'creating', 2, {
        ms,
        code: 'DAMAGED',
        reason: 'it is damaged',
      }),
    ])
  })

  it('cancel, and each lease that is given back', async () => {
    const { driver, of } = await follow()
    const id = await take()
    await driver.next()
    await act('removeSnapshot', id)
    await driver.next()
    await workers.pop()?.close()
    // In any order: the removal may be claimed before the one that has given its lease to it says so.
    const told = [
      line('snapshot.create', 'claimed', 'requested', 'creating', 1),
      line('snapshot.create', 'cancelled', 'creating', 'removing', 1, { ms }),
      line('snapshot.remove', 'claimed', 'removing', 'removing', 1),
      line('snapshot.remove', 'given back', 'removing', 'removing', 1, { ms }),
    ]
    expect(of(id)).toEqual(expect.arrayContaining(told))
    // A claim that was under way at the close takes the row once more, and gives it back.
    for (const each of of(id)) expect(told).toContainEqual(each)
    expect([4, 6]).toContain(of(id).length)
  })

  it('lease that is lost', async () => {
    const { driver, of } = await follow({ timing: { lease: 30, renewal: 0.05, trust: 20 } })
    const id = await take()
    await driver.next()
    await database.client`update snapshot set lease_token = gen_random_uuid() where id = ${id.slice(2)}`
    await eventually(() => expect(of(id)).toHaveLength(2))
    expect(of(id)[1]).toEqual(line('snapshot.create', 'lost', 'creating', null, 1, { ms }))
  })

  it('row that is given up at its deadline: the first hundred, and how many there were', async () => {
    await database.client`
      insert into snapshot (account_id, state, transitioning, volume_id, attempt, run_after, deadline)
      select 1, case n % 5 when 1 then 'requested' when 2 then 'backing-up' when 3 then 'removing' else 'creating' end,
        'yes', 1, 2, now(), '2020-01-01' from generate_series(1, 150) as n`
    const { log, lines } = recordLog()
    const overdue = new Map<string, number>()
    const observer = {
      attemptEnded: () => {},
      swept: () => {},
      overdue: (work: string, count: number) => void overdue.set(work, (overdue.get(work) ?? 0) + count),
    }
    const deadlines = startDeadlines({ db: database.db, operationDeadline: 60, log, observer })
    onTestFinished(() => deadlines.close())
    await eventually(() => expect(lines.at(-1)).toMatchObject({ kind: 'snapshot', ended: 150 }))
    expect(lines).toHaveLength(101)
    const told = lines.slice(0, -1).map(({ operation, from, to }) => `${operation} ${from} ${to}`)
    expect(new Set(told)).toEqual(
      new Set([
        'snapshot.create requested creating',
        'snapshot.backup backing-up created',
        'snapshot.remove removing removing',
        'snapshot.create creating creating',
      ]),
    )
    expect(lines[0]).toMatchObject({
      event: 'overdue',
      attempt: 2,
      account: '1a1',
      id: expect.stringMatching(/^1s/),
    })
    expect(Object.fromEntries(overdue)).toEqual({
      'snapshot.create': 90,
      'snapshot.backup': 30,
      'snapshot.remove': 30,
    })
  })
})
