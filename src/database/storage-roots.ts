import type { Sql } from 'postgres'

/** Runs `work` while no other process marks storage roots; `work` tells which were marked, and records one. */
export async function withStorageRoots<R>(
  client: Sql,
  work: (roots: {
    isMarked(kind: string, path: string): Promise<boolean>
    record(kind: string, path: string): Promise<void>
  }) => Promise<R>,
): Promise<R> {
  return client.begin(async (tx) => {
    await tx`set local statement_timeout = 0` // others may wait for storage that is slow to answer
    await tx`select pg_advisory_xact_lock(hashtextextended('snapshot-gateway storage roots', 0))`
    return work({
      isMarked: async (kind, path) =>
        (await tx`select 1 from storage_root where kind = ${kind} and path = ${path}`).length > 0,
      record: async (kind, path) => {
        await tx`insert into storage_root (kind, path) values (${kind}, ${path}) on conflict do nothing`
      },
    })
  }) as Promise<R>
}
