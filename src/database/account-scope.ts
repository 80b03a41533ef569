import { and, eq, getTableColumns, getTableName, type SQL, sql } from 'drizzle-orm'
import type { PgColumn, PgTable, PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import type { Db } from './database.ts'
import { IdempotencyKeys } from './idempotency-keys.ts'
import type { BackupRow, backup, SnapshotRow, snapshot, VolumeRow, volume } from './tables.ts'

type ResourceTable = typeof volume | typeof snapshot | typeof backup
/** What of a database or of a transaction is used here. */
type Statements = Pick<PostgresJsDatabase, 'select' | 'insert' | 'update' | 'execute' | 'transaction'> &
  Partial<Pick<Db, 'until'>>
type RowOf<T extends ResourceTable> = T extends typeof volume
  ? VolumeRow
  : T extends typeof snapshot
    ? SnapshotRow
    : BackupRow

export interface Selection {
  where?: SQL | undefined
  orderBy?: SQL[]
  limit?: number
  /** Locks the rows until the end of the transaction. */
  lock?: 'share' | 'update'
}

/**
 * The database as one account may see it, and the one place where statements are bound to it. Whatever serves
 * a caller gets this and nothing else, so that no statement can forget its account.
 */
export class AccountScope {
  readonly accountId: bigint
  /** Of the account's volumes, relative to VOLUMES_DIR; '' is VOLUMES_DIR itself. It never changes. */
  readonly volumesRoot: string
  readonly #db: Statements

  constructor(db: Statements, accountId: bigint, volumesRoot = '') {
    this.#db = db
    this.accountId = accountId
    this.volumesRoot = volumesRoot
  }

  /** The same until the signal is aborted: then what is under way is cancelled, and nothing more is sent. */
  until(signal: AbortSignal): AccountScope {
    if (!this.#db.until) throw new Error('a transaction ends with whatever it was begun in')
    return new AccountScope(this.#db.until(signal), this.accountId, this.volumesRoot)
  }

  /** Runs `work` in one transaction; whatever it throws rolls everything back. */
  transaction<R>(work: (scope: AccountScope) => Promise<R>): Promise<R> {
    return this.#db.transaction((tx) => work(new AccountScope(tx, this.accountId, this.volumesRoot)))
  }

  async rows<T extends ResourceTable>(table: T, selection: Selection): Promise<RowOf<T>[]> {
    const query = this.#db
      .select()
      .from(table as PgTable)
      .where(this.#bound(table, selection.where))
      .$dynamic()
    if (selection.orderBy) query.orderBy(...selection.orderBy)
    if (selection.limit !== undefined) query.limit(selection.limit)
    if (selection.lock) query.for(selection.lock)
    return tagged(table, await query)
  }

  async row<T extends ResourceTable>(
    table: T,
    id: bigint,
    lock?: Selection['lock'],
  ): Promise<RowOf<T> | null> {
    const [row] = await this.rows(table, { where: eq(table.id, id), ...(lock && { lock }) })
    return row ?? null
  }

  /** For each parent its own first rows, in one statement. */
  async rowsByParent<T extends ResourceTable>(
    table: T,
    parent: PgColumn,
    parentIds: readonly bigint[],
    selection: Required<Pick<Selection, 'orderBy' | 'limit'>> & Selection,
  ): Promise<RowOf<T>[]> {
    const page = this.#db
      .select()
      .from(table as PgTable)
      .where(this.#bound(table, and(sql`${parent} = parent.id`, selection.where)))
      .orderBy(...selection.orderBy)
      .limit(selection.limit)
      .as('page')
    const columns = Object.fromEntries(
      Object.keys(getTableColumns(table)).map((key) => [
        key,
        (page as unknown as Record<string, PgColumn>)[key],
      ]),
    ) as Record<string, PgColumn>
    const rows = await this.#db
      .select(columns)
      .from(sql`unnest(${bigints(parentIds)}) as parent(id)`)
      .crossJoinLateral(page)
    return tagged(table, rows)
  }

  async count(table: ResourceTable, where?: SQL): Promise<number> {
    const [row] = await this.#db
      .select({ count: sql<string>`count(*)` })
      .from(table as PgTable)
      .where(this.#bound(table, where))
    return Number(row?.count)
  }

  /** How many rows each parent has; parents without any are left out. */
  async countByParent(
    table: ResourceTable,
    parent: PgColumn,
    parentIds: readonly bigint[],
    where?: SQL,
  ): Promise<Map<bigint, number>> {
    const rows = await this.#db
      .select({ parent: sql<string>`${parent}`, count: sql<string>`count(*)` })
      .from(table as PgTable)
      .where(this.#bound(table, and(anyOf(parent, parentIds), where)))
      .groupBy(parent)
    return new Map(rows.map((row) => [BigInt(row.parent), Number(row.count)]))
  }

  async insert<T extends ResourceTable>(
    table: T,
    values: Omit<{ [K in keyof T['$inferInsert']]: T['$inferInsert'][K] | SQL }, 'accountId'>,
  ): Promise<RowOf<T>> {
    const rows = await this.#db
      .insert(table as PgTable)
      .values({ ...values, accountId: this.accountId } as never)
      .returning()
    const [row] = tagged(table, rows as Record<string, unknown>[])
    if (!row) throw new Error(`inserting into ${getTableName(table)} returned no row`)
    return row
  }

  /** Changes the rows that meet `where`, and returns them as they are then. */
  async update<T extends ResourceTable>(
    table: T,
    set: Partial<{ [K in keyof T['$inferInsert']]: T['$inferInsert'][K] | SQL }>,
    where: SQL | undefined,
  ): Promise<RowOf<T>[]> {
    const rows = await this.#db
      .update(table as PgTable)
      .set(set as PgUpdateSetSource<PgTable>)
      .where(this.#bound(table, where))
      .returning()
    return tagged(table, rows as Record<string, unknown>[])
  }

  /** The account's idempotency keys. */
  get keys(): IdempotencyKeys {
    return new IdempotencyKeys(this.#db, this.accountId)
  }

  /** Serialises the changes of an account that must see each other; held until the end of the transaction. */
  async lockAccount(): Promise<void> {
    await this.#db.execute(sql`select pg_advisory_xact_lock(hashtextextended('account', ${this.accountId}))`)
  }

  /** The account's own row. */
  async account(): Promise<{ id: bigint; name: string | null }> {
    const [row] = await this.#db.execute<{ name: string | null }>(sql`
      select name from account where id = ${this.accountId}`)
    if (!row) throw new Error('the account of the caller is gone')
    return { id: this.accountId, name: row.name }
  }

  /** The roots of the other accounts' volumes: no volume may be near them. */
  async otherRoots(): Promise<string[]> {
    const rows = await this.#db.execute<{ volumes_root: string }>(sql`
      select volumes_root from account where id <> ${this.accountId} and volumes_root <> ''`)
    return rows.map((row) => row.volumes_root)
  }

  /** Sends a notification with the commit of the transaction. */
  async notify(channel: string, payload: string): Promise<void> {
    await this.#db.execute(sql`select pg_notify(${channel}, ${payload})`)
  }

  #bound(table: ResourceTable, where: SQL | undefined): SQL | undefined {
    return and(eq(table.accountId, this.accountId), where)
  }
}

/** One parameter whatever the number of ids, so that every batch is the same statement. */
function bigints(ids: readonly bigint[]): SQL {
  return sql`${`{${ids.join(',')}}`}::bigint[]`
}

/** Whether a bigint column has one of the values. */
export function anyOf(column: PgColumn, ids: readonly bigint[]): SQL {
  return sql`${column} = any(${bigints(ids)})`
}

function tagged<T extends ResourceTable>(table: T, rows: Record<string, unknown>[]): RowOf<T>[] {
  const kind = getTableName(table)
  for (const row of rows) row.kind = kind
  return rows as RowOf<T>[]
}
