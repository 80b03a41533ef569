import { and, type SQL, sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { stateBefore, type WorkRow, type WorkTable } from './work-table.ts'

const batchSize = 1000

/** A row that was changed. */
export interface ChangedRow extends Pick<WorkRow, 'accountId' | 'id' | 'attempt' | 'state'> {
  from: WorkRow['state']
}

/**
 * Changes rows in transition that meet a condition, a batch at a time: a backlog of hundreds of thousands would run
 * into STATEMENT_TIMEOUT as one statement, again and again. Rows that others are changing are left to the next round.
 * `onChanged` gets those of each batch.
 */
export async function changeInBatches(
  db: PostgresJsDatabase,
  table: WorkTable,
  where: SQL | undefined,
  set: Record<string, unknown>,
  onChanged: (rows: ChangedRow[]) => void = () => {},
): Promise<number> {
  for (let total = 0; ; ) {
    const batch = db.$with('batch').as(
      db
        .select({ accountId: table.accountId, id: table.id })
        .from(table)
        .where(and(sql`${table.transitioning} = 'yes'`, where))
        .limit(batchSize)
        .for('update', { skipLocked: true }),
    )
    const changed = await db
      .with(batch)
      .update(table)
      .set(set)
      .where(sql`(${table.accountId}, ${table.id}) in (select ${batch.accountId}, ${batch.id} from ${batch})`)
      .returning({
        accountId: table.accountId,
        id: table.id,
        attempt: table.attempt,
        state: table.state,
        from: stateBefore(table),
      })
    onChanged(changed as ChangedRow[])
    total += changed.length
    if (changed.length < batchSize) return total
  }
}
