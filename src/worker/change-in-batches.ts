import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { recording } from '../database/recording.ts'
import type { WorkRow, WorkTable } from './work-table.ts'

const batchSize = 1000

/** A row that was changed. */
export interface ChangedRow extends Pick<WorkRow, 'accountId' | 'id' | 'attempt' | 'state'> {
  from: WorkRow['state']
}

/**
 * Changes rows in transition that meet a condition, a batch at a time: a backlog of hundreds of thousands would run
 * into STATEMENT_TIMEOUT as one statement, again and again. Rows that others are changing are left to the next round.
 * `record`: inserts something about those of a batch, which it calls `changed`; the state before is their column "from".
 * `onChanged` gets them.
 */
export async function changeInBatches(
  db: PostgresJsDatabase,
  table: WorkTable,
  where: SQL | undefined,
  set: Record<string, unknown>,
  {
    record,
    onChanged,
  }: { record?: SQL | undefined; onChanged?: ((rows: ChangedRow[]) => void) | undefined } = {},
): Promise<number> {
  for (let total = 0; ; ) {
    const batch = db.$with('batch').as(
      db
        .select({ accountId: table.accountId, id: table.id, state: table.state })
        .from(table)
        .where(and(sql`${table.transitioning} = 'yes'`, where))
        .limit(batchSize)
        .for('update', { skipLocked: true }),
    )
    const change = db
      .with(batch)
      .update(table)
      .set(set)
      .from(batch)
      .where(and(eq(table.accountId, batch.accountId), eq(table.id, batch.id)))
      .returning({ ...getTableColumns(table), from: sql`${batch.state}`.as('from') })
    const changed = record ? await recording(db, change, record) : await change
    onChanged?.(changed as unknown as ChangedRow[])
    total += changed.length
    if (changed.length < batchSize) return total
  }
}
