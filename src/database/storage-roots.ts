import { sql } from 'drizzle-orm'
import { connect, type DatabaseAddress } from './database.ts'

/** Runs `work` while no other process marks storage roots; `work` tells which were marked, and records one. */
export async function withStorageRoots<R>(
  address: DatabaseAddress,
  work: (roots: {
    isMarked(kind: string, path: string): Promise<boolean>
    record(kind: string, path: string): Promise<void>
  }) => Promise<R>,
): Promise<R> {
  // No timeout: another process may wait for storage that is slow to answer.
  const { db, close } = connect(address, { pool: 1, statementTimeout: 0 })
  try {
    return await db.transaction(async (tx) => {
      await tx.execute(
        sql`select pg_advisory_xact_lock(hashtextextended('snapshot-gateway storage roots', 0))`,
      )
      return work({
        isMarked: async (kind, path) =>
          (await tx.execute(sql`select 1 from storage_root where kind = ${kind} and path = ${path}`)).length >
          0,
        record: async (kind, path) => {
          await tx.execute(
            sql`insert into storage_root (kind, path) values (${kind}, ${path}) on conflict do nothing`,
          )
        },
      })
    })
  } finally {
    await close()
  }
}
