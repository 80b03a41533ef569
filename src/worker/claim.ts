import { and, eq, getTableColumns, gt, lte, type SQL, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { recording } from '../database/recording.ts'
import { backup, backupFirst, removalFirst, snapshot } from '../database/tables.ts'
import { recordEvents } from '../events/record-events.ts'
import { lifecycle } from '../resources/lifecycle.ts'
import { leaseFor } from './lease.ts'
import { attemptMessage, lostMessage } from './messages.ts'
import { maximumAttempts } from './retry-policy.ts'
import { kindOf, type WorkRow, type WorkTable } from './work-table.ts'

/** A row as its claim left it. */
export type ClaimedRow = WorkRow & {
  /** The state that it was in before. */
  from: WorkRow['state']
}

interface Queue {
  table: WorkTable
  only?: SQL
  /** Within an account, and as an index has it. */
  order: SQL[]
}

const removals: readonly Queue[] = [
  { table: backup, order: [sql`${backup.runAfter}`] },
  // As the index is ordered, though of removals none is a backup.
  { table: snapshot, only: eq(removalFirst, 0), order: [backupFirst, sql`${snapshot.runAfter}`] },
]
/** Those of an account: its backups before its new snapshots. */
const others: readonly Queue[] = [
  { table: snapshot, only: eq(removalFirst, 1), order: [backupFirst, sql`${snapshot.runAfter}`] },
]

/**
 * Makes the function that claims the next due row: removals first, as they free space; then as before the accounts in
 * turn, the oldest of each, so that nobody waits behind another account's thousands. Strictly backups before creates
 * over all accounts, one account's backups would hold up the creates of all others.
 */
export function createClaims(db: PostgresJsDatabase, leaseSeconds: number): () => Promise<ClaimedRow | null> {
  /** By its queues, the account that was served last. */
  const turns = new Map<readonly Queue[], bigint>()
  return async () => {
    for (const queues of [removals, others]) {
      const turn = turns.get(queues) ?? 0n
      const row =
        (await claimOf(db, queues, turn, leaseSeconds)) ??
        (turn > 0n ? await claimOf(db, queues, 0n, leaseSeconds) : null)
      turns.set(queues, row?.accountId ?? 0n)
      if (row) return row
    }
    return null
  }
}

/** Claims the first due row of the first account after `turn`, whichever queue it is in. */
async function claimOf(
  db: PostgresJsDatabase,
  queues: readonly Queue[],
  turn: bigint,
  leaseSeconds: number,
): Promise<ClaimedRow | null> {
  const [only, ...more] = queues
  if (only && more.length === 0) return claim(db, only, turn, leaseSeconds)
  for (;;) {
    const queue = await firstOf(db, queues, turn)
    if (!queue) return null
    const row = await claim(db, queue, turn, leaseSeconds)
    if (row) return row // else another worker was faster: it is no longer there
  }
}

/** The queue that has the row whose turn it is. */
async function firstOf(
  db: PostgresJsDatabase,
  queues: readonly Queue[],
  turn: bigint,
): Promise<Queue | undefined> {
  const heads = queues.map(
    (queue, index) => sql`select ${index}::int as queue, head.* from ${head(db, queue, turn)} as head`,
  )
  const [first] = await db.execute<{ queue: number }>(
    sql`${sql.join(heads, sql` union all `)} order by account_id, run_after limit 1`,
  )
  return first && queues[first.queue]
}

/** The first due row of the first account after `turn`; one that others hold is skipped. */
function head(db: PostgresJsDatabase, { table, only, order }: Queue, turn: bigint) {
  const { accountId, id, runAfter, state, leaseToken } = table
  return db
    .select({ accountId, id, runAfter, state, leaseToken })
    .from(table)
    .where(and(eq(table.transitioning, sql`'yes'`), only, gt(accountId, turn), lte(runAfter, sql`now()`)))
    .orderBy(accountId, ...order, id)
    .limit(1)
    .for('update', { skipLocked: true })
}

/**
 * A claim is an event where it is the first, and where the attempt before has ended without a word: its lease ran out. That
 * of a removal is none of the removal, but of the work that it has cancelled. Nor is the one after the last: it fails.
 */
const claimed = recordEvents(
  {
    kind: sql`case when state <> "from" then 'transition' else 'retry' end`,
    from: sql`"from"`,
    message: sql`case when state <> "from" then transitioning_message else ${lostMessage(sql`attempt - 1`)} end`,
    attempt: sql`case when state <> "from" then attempt else attempt - 1 end`,
  },
  sql`changed where state <> "from" or (is_crashed and attempt between 2 and ${maximumAttempts}::int)`,
)

/** Claims what is first in a queue, in one statement. */
async function claim(
  db: PostgresJsDatabase,
  queue: Queue,
  turn: bigint,
  leaseSeconds: number,
): Promise<ClaimedRow | null> {
  const { table } = queue
  const next = db.$with('next').as(head(db, queue, turn))
  const { accepted, running } = lifecycle.snapshot.create
  const change = db
    .with(next)
    .update(table)
    .set({
      state: sql`case ${table.state} when ${accepted} then ${running} else ${table.state} end`,
      attempt: sql`${table.attempt} + 1`,
      transitioningMessage: attemptMessage(table),
      transitioningProgress: 0,
      leaseToken: sql`gen_random_uuid()`,
      ...leaseFor(leaseSeconds),
    })
    .from(next)
    .where(and(eq(table.accountId, next.accountId), eq(table.id, next.id)))
    .returning({
      ...getTableColumns(table),
      from: sql`${next.state}`.as('from'),
      isCrashed: sql`${next.leaseToken} is not null`.as('is_crashed'),
    })
  const [row] = table === snapshot ? await recording(db, change, claimed) : await change
  return row ? ({ ...row, kind: kindOf(table) } as ClaimedRow) : null
}
