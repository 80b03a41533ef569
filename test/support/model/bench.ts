import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { pino } from 'pino'
import type { PendingQuery } from 'postgres'
import { afterAll, expect, vi } from 'vitest'
import { cancelChannel } from '../../../src/resources/channels.ts'
import { StorageError, type StoredCopy } from '../../../src/storage/driver.ts'
import { runAttempt } from '../../../src/worker/attempt.ts'
import { createClaims } from '../../../src/worker/claim.ts'
import { endOverdue } from '../../../src/worker/end-overdue.ts'
import { keepLease } from '../../../src/worker/keep-lease.ts'
import { markUnclaimed } from '../../../src/worker/mark-unclaimed.ts'
import { type WorkRow, workTables } from '../../../src/worker/work-table.ts'
import type { TestDatabase } from '../database.ts'
import { eventually } from '../eventually.ts'
import { createFakeDriver, type DriverCall } from '../fake-driver.ts'
import { createTestGateway } from '../gateway.ts'
import { rowMaker } from '../rows.ts'
import type { Row } from './model.ts'
import type { Answer, Call } from './model-api.ts'
import { readRows } from './read-rows.ts'
import type { Passing } from './steps.ts'
import { watchUpdates } from './watch-updates.ts'

/** No lease runs out and no timer fires by itself: a test moves time in the database. */
const still = { lease: 3600, renewal: 1_000_000, trust: 1_000_000 }

/** An attempt that runs, and the driver's call that it waits for. */
interface RunningAttempt {
  row: WorkRow
  stop: AbortController
  call: DriverCall | null
  ended: Promise<string>
  nextCall(): Promise<DriverCall>
}

/** How far an attempt got: to another call of its driver, or to an end. */
export type Progress = { call: string } | { ending: string }

export function copyOf(token: string): StoredCopy {
  return { sizeBytes: 42n, checksum: `sha256:${token.replaceAll('-', '').repeat(2)}` }
}

/** The real gateway, claims and attempts on a real database; what a driver does, a test decides. */
export async function createBench(database: TestDatabase) {
  const { client, db } = database
  const gateway = createTestGateway(database)
  const jitter = vi.spyOn(Math, 'random').mockReturnValue(0.999) // no retry is due at once
  afterAll(() => jitter.mockRestore())
  const log = pino({ level: 'silent' })
  const make = rowMaker(database)
  const running = new Map<string, RunningAttempt>()
  const notified = new Set<string>()
  await client.listen(cancelChannel, (token) => notified.add(token))
  const updates = watchUpdates(db)
  let claims = [createClaims(db, still.lease), createClaims(db, still.lease)]

  const attemptOf = (token: string): RunningAttempt => {
    const attempt = running.get(token)
    if (!attempt) throw new Error(`no attempt has the token ${token}`)
    return attempt
  }

  async function advance(attempt: RunningAttempt): Promise<Progress> {
    const next = await Promise.race([attempt.ended, attempt.nextCall()])
    attempt.call = typeof next === 'string' ? null : next
    return typeof next === 'string' ? { ending: next } : { call: next.name }
  }

  return {
    client,
    db,
    rows: (): Promise<Row[]> => readRows(client),

    /** Makes the rows that a run begins with: something of each standing that a row rests in. */
    async reset(): Promise<{ id: string; removed: boolean }[]> {
      for (const attempt of running.values()) {
        attempt.stop.abort()
        attempt.call?.fail(new StorageError('ABORTED', 'stopped', { retryable: true }))
        await attempt.ended
      }
      running.clear()
      claims = [createClaims(db, still.lease), createClaims(db, still.lease)]
      await client`truncate volume, snapshot, backup, idempotency_key, snapshot_event, snapshot_event_outbox`
      const [used, other] = [await make.volume(), await make.volume()]
      const stored = { checksum: copyOf(crypto.randomUUID()).checksum, size_bytes: 42 }
      const uuid = crypto.randomUUID()
      await make.snapshot(used, { name: 'taken', ...stored })
      const saved = await make.snapshot(used, {
        name: 'saved',
        state: 'backed-up',
        backup_uuid: uuid,
        ...stored,
      })
      await make.backup(used, saved, { name: 'saved', uuid, ...stored })
      const failed = { transitioning: 'error', transitioning_message: 'failed', ...stored }
      await make.snapshot(used, { name: 'failed', backup_uuid: crypto.randomUUID(), ...failed })
      return [used, other].map((id) => ({ id: `1v${id}`, removed: false }))
    },

    /** Asks for a mutation through the whole HTTP pipeline. */
    async ask({ mutation, input, key }: Call): Promise<Answer> {
      const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`
      const document = `mutation ($input: ${type}!) { result: ${mutation}(input: $input) { type: __typename
        ... on Resource { id state: stateName transitioning message: transitioningMessage }
        ... on InvalidInputError { problems { code } } ... on UserError { code } } }`
      const { data, errors, extensions } = await gateway.query(document, {
        input: { ...input, ...(key !== null && { idempotencyKey: key }) },
      })
      expect(errors).toBeUndefined()
      const { problems, ...answer } = data.result
      if ('code' in answer) return answer
      return { ...answer, replayed: extensions?.idempotentReplay === true }
    },

    /** The actions that the API offers of each, as `id action`. */
    async offered(ids: string[]): Promise<string[]> {
      const { nodes } = await gateway.data(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { id ... on Resource { actions { action available } } } }',
        { ids },
      )
      const offers: string[] = []
      for (const { id, actions } of nodes)
        for (const { action, available } of actions)
          if (available) offers.push(`${id} ${action.toLowerCase()}`)
      return offers
    },

    /** One of two workers claims a row and begins; null where nothing is due. */
    async claim(worker: number): Promise<(Progress & { id: string; token: string }) | null> {
      const row = await claims[worker % 2]?.()
      if (!row) return null
      const driver = createFakeDriver({ stubborn: true })
      const stop = new AbortController()
      const handles = { db: updates.db, storage: new Map([['vfs', driver]]), log, timing: still }
      const closing = new AbortController().signal
      const token = row.leaseToken ?? ''
      const ended = runAttempt(handles, row, { since: performance.now(), stop, closing }).then(({ kind }) => {
        running.delete(token)
        return kind
      })
      const attempt = { row, stop, call: null, ended, nextCall: driver.next }
      running.set(token, attempt)
      return { id: `1${row.kind[0]}${row.id}`, token, ...(await advance(attempt)) }
    },

    /** The driver says what it wrote, before it publishes; whether it may. */
    confirm: (token: string): Promise<boolean> =>
      attemptOf(token)
        .call?.work.confirm(copyOf(token))
        .then(
          () => true,
          (error) => {
            expect(error).toMatchObject({ name: 'LeaseLost' })
            return false
          },
        ) ?? Promise.resolve(false),

    finish(token: string): Promise<Progress> {
      const attempt = attemptOf(token)
      const { checksum = copyOf(token).checksum } = attempt.call?.job ?? {} // a copy is what was to be copied
      attempt.call?.finish({ ...copyOf(token), checksum: String(checksum) })
      return advance(attempt)
    },

    fail(token: string, error: Error): Promise<Progress> {
      const attempt = attemptOf(token)
      attempt.call?.fail(error)
      return advance(attempt)
    },

    async report(token: string, percent: number): Promise<void> {
      attemptOf(token).call?.work.onProgress(percent)
      await updates.sent()
    },

    /** What a shutdown, or a lease that is not trusted any more, does to an attempt. */
    stop: (token: string): void => attemptOf(token).stop.abort(),

    /** The worker hears that the work is cancelled; it must have been told. */
    async hear(token: string): Promise<void> {
      await eventually(() => expect(notified).toContain(token))
      attemptOf(token).stop.abort()
    },

    endOverdue: () => Promise.all(workTables.map((table) => endOverdue(db, table, 3600))),
    markUnclaimed: () => Promise.all(workTables.map((table) => markUnclaimed(db, table))),

    /** Moves time for one row that is in transition. */
    async pass(id: string, what: Passing): Promise<void> {
      const table = id.startsWith('1s') ? client`snapshot` : client`backup`
      const changes: Record<Passing, PendingQuery<Row[]>> = {
        'deadline passes': client`set deadline = now() - interval '1 s' where true`,
        'nine attempts': client`set attempt = 9 where lease_token is null`,
        'lease runs out': client`
          set lease_expires = now() - interval '1 s', run_after = now() - interval '1 s' where lease_expires > now()`,
        'is due': client`set run_after = now() - interval '1 s' where run_after > now() and lease_token is null`,
        'nobody takes it up': client`set run_after = now() - interval '31 s' where run_after <= now()`,
      }
      await client`update ${table} ${changes[what]} and transitioning = 'yes' and id = ${id.slice(2)}`
    },

    /** One renewal of the attempt's lease. */
    renew(token: string): Promise<void> {
      const { row, stop } = attemptOf(token)
      return new Promise((resolve) => {
        const once = watchUpdates(db, (rows) => {
          if (rows.length === 0) return // lost: it says so
          end()
          resolve()
        })
        const timing = { ...still, renewal: 0 }
        const onLost = () => {
          stop.abort()
          resolve()
        }
        const end = keepLease(once.db as PostgresJsDatabase, row, {
          since: performance.now(),
          timing,
          onLost,
        })
      })
    },
  }
}

export type Bench = Awaited<ReturnType<typeof createBench>>
