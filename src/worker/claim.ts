import { and, eq, gt, lte, type SQL, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { backup, backupFirst, removalFirst, snapshot } from '../database/tables.ts'
import { lifecycle } from '../resources/lifecycle.ts'
import { leaseFor } from './lease.ts'
import { attemptMessage } from './messages.ts'
import { kindOf, type WorkRow, type WorkTable } from './work-table.ts'

interface Queue {
  table: WorkTable
  only?: SQL
  order: SQL[]
}

const removals: Queue[] = [
  { table: backup, order: [sql`${backup.runAfter}`] },
  // As the index is ordered, though of removals none is a backup.
  { table: snapshot, only: eq(removalFirst, 0), order: [backupFirst, sql`${snapshot.runAfter}`] },
]
/** Those of an account: its backups before its new snapshots. */
const others: Queue = {
  table: snapshot,
  only: eq(removalFirst, 1),
  order: [backupFirst, sql`${snapshot.runAfter}`],
}

/**
 * Makes the function that claims the next due row: removals first, as they free space; within a queue the accounts
 * in turn, the oldest of each, so that nobody waits behind another account's thousands. Strictly backups before
 * creates over all accounts, one account's backups would hold up the creates of all others.
 */
export function createClaims(db: PostgresJsDatabase, leaseSeconds: number): () => Promise<WorkRow | null> {
  /** By queue, the account that was served last. */
  const turns = new Map<Queue, bigint>()
  return async () => {
    for (const queue of [...removals, others]) {
      const turn = turns.get(queue) ?? 0n
      const row =
        (await claim(db, queue, turn, leaseSeconds)) ??
        (turn > 0n ? await claim(db, queue, 0n, leaseSeconds) : null)
      turns.set(queue, row?.accountId ?? 0n)
      if (row) return row
    }
    return null
  }
}

/** Claims the first due row of the first account after `turn`. One statement: a row that others hold is skipped. */
async function claim(
  db: PostgresJsDatabase,
  { table, only, order }: Queue,
  turn: bigint,
  leaseSeconds: number,
): Promise<WorkRow | null> {
  const next = db
    .select({ accountId: table.accountId, id: table.id })
    .from(table)
    .where(
      and(
        eq(table.transitioning, sql`'yes'`),
        only,
        gt(table.accountId, turn),
        lte(table.runAfter, sql`now()`),
      ),
    )
    .orderBy(table.accountId, ...order, table.id)
    .limit(1)
    .for('update', { skipLocked: true })
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
    .where(sql`(${table.accountId}, ${table.id}) = (${next})`)
    .returning()
  return row ? ({ ...row, kind: kindOf(table) } as WorkRow) : null
}
