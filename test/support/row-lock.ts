import type { ReservedSql, Sql } from 'postgres'
import { expect, onTestFinished } from 'vitest'
import { eventually } from './eventually.ts'

export interface RowLock {
  /** That holds it, in a transaction. */
  connection: ReservedSql
  /** Of the connection. */
  pid: number
  release(): Promise<void>
}

/** Locks a row in a transaction of its own, as another's change of it would. */
export function lockRow(client: Sql, table: string, id: string): Promise<RowLock> {
  return hold(client, (sql) => sql`select from ${sql(table)} where id = ${id} for update`)
}

/** Locks a whole table, so that every statement that reads it waits. */
export function lockTable(client: Sql, table: string): Promise<RowLock> {
  return hold(client, (sql) => sql`lock table ${sql(table)} in access exclusive mode`)
}

/** Takes a lock in a transaction that ends with the test, or when it is released. */
async function hold(client: Sql, take: (sql: Sql) => Promise<unknown>): Promise<RowLock> {
  const connection = await client.reserve()
  let released: Promise<void> | undefined
  const release = () => {
    released ??= connection`rollback`.then(() => connection.release())
    return released
  }
  onTestFinished(release)
  await connection`begin`
  const [row] = await connection`select pg_backend_pid() as pid`
  await take(connection)
  return { connection, pid: row?.pid, release }
}

/** Waits until nobody waits for what a connection holds. */
export function nobodyBlockedBy(client: Sql, pid: number): Promise<void> {
  return eventually(async () => {
    const waiting = await client`
      select pid from pg_stat_activity where ${pid} = any(pg_blocking_pids(pid))`
    expect(waiting).toHaveLength(0)
  })
}

/** Waits until somebody waits for what a connection holds; the connection of who does. */
export function blockedBy(client: Sql, pid: number): Promise<number> {
  return eventually(async () => {
    const [waiting] = await client`
      select pid from pg_stat_activity where ${pid} = any(pg_blocking_pids(pid))`
    expect(waiting).toBeDefined()
    return waiting?.pid
  })
}
