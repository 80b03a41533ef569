import { and, eq, getTableColumns, gt, lte, type SQL, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { backup, backupFirst, removalFirst, snapshot } from '../database/tables.ts'
import { lifecycle } from '../resources/lifecycle.ts'
import { leaseFor } from './lease.ts'
import { attemptMessage } from './messages.ts'
import { kindOf, stateBefore, type WorkRow, type WorkTable } from './work-table.ts'

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
  const { accountId, id, runAfter } = table
  return db
    .select({ accountId, id, runAfter })
    .from(table)
    .where(and(eq(table.transitioning, sql`'yes'`), only, gt(accountId, turn), lte(runAfter, sql`now()`)))
    .orderBy(accountId, ...order, id)
    .limit(1)
    .for('update', { skipLocked: true })
}

/** Claims what is first in a queue, in one statement. */
async function claim(
  db: PostgresJsDatabase,
  queue: Queue,
  turn: bigint,
  leaseSeconds: number,
): Promise<ClaimedRow | null> {
  const { table } = queue
  const next = head(db, queue, turn)
  const { accepted, running } = lifecycle.snapshot.create
  const [row] = await db
    .update(table)
    .set({
      state: sql`case ${table.state} when ${accepted} then ${running} else ${table.state} end`,
      attempt: sql`${table.attempt} + 1`,
      transitioningMessage: attemptMessage(table),
      transitioningProgress: 0,
      leaseToken: sql`gen_random_uuid()`,
      ...leaseFor(leaseSeconds),
    })
    .where(sql`(${table.accountId}, ${table.id}) = (select account_id, id from ${next} as next)`)
    .returning({ ...getTableColumns(table), from: stateBefore(table) })
  return row ? ({ ...row, kind: kindOf(table) } as ClaimedRow) : null
}
