import { and, eq, getTableColumns, getTableName, type SQL, sql } from 'drizzle-orm'
import type { PgTable, PgUpdateSetSource } from 'drizzle-orm/pg-core'
import type { Bond } from './bond.ts'
import type { Handle } from './handle.ts'
import { IdempotencyKeys } from './idempotency-keys.ts'
import { recording } from './recording.ts'
import type { Batching, Finder } from './shared-statements.ts'
import type { Statement, Values } from './statement.ts'
import { type AccountRow, account, type FullRowOf, type ResourceTable } from './tables.ts'

/** What an account is shown of itself. */
export type OwnAccount = Pick<AccountRow, 'id' | 'uuid' | 'name' | 'created'>

/** How rows are locked until the end of the transaction. */
type Lock = 'share' | 'update'

/**
 * The database as one account may see it, and the one place where statements are bound to it. Whatever serves
 * a caller gets this and nothing else, so that no statement can forget its account.
 */
export class AccountScope {
  readonly accountId: bigint
  /** Of the account's volumes, relative to VOLUMES_DIR; '' is VOLUMES_DIR itself. It never changes. */
  readonly volumesRoot: string
  readonly #handle: Handle

  constructor(handle: Handle, accountId: bigint, volumesRoot = '') {
    this.#handle = handle
    this.accountId = accountId
    this.volumesRoot = volumesRoot
  }

  /** The same until the bond breaks: then what is under way is cancelled, and nothing more is sent. */
  until(bond: Bond): AccountScope {
    return new AccountScope(this.#handle.until(bond), this.accountId, this.volumesRoot)
  }

  /** Runs `work` in one transaction; whatever it throws rolls everything back. */
  transaction<R>(work: (scope: AccountScope) => Promise<R>): Promise<R> {
    return this.#handle.transaction((tx) => work(new AccountScope(tx, this.accountId, this.volumesRoot)))
  }

  /** Asks a statement of account-statements.ts. */
  ask<Row>(statement: Statement<Row>, values: Values = {}): Promise<Row[]> {
    return this.#handle.run(statement, values, this.accountId)
  }

  /** The rows of a key, by a statement that other requests may share; see SharedStatements. */
  share<Key, Row, Found>(batching: Batching<Key, Row, Found>, key: Key): Promise<readonly Row[]> {
    return this.#handle.share(batching, key, this.accountId)
  }

  /** The rows of each key: by a statement of their own, but those of a single key by one that may be shared. */
  async find<Key, Row, Found>(
    finder: Finder<Key, Row, Found>,
    keys: readonly Key[],
  ): Promise<readonly (readonly Row[])[]> {
    if (keys.length === 0) return []
    const [key] = keys
    if (key !== undefined && keys.length === 1) return [await this.share(finder, key)]
    return finder.rowsOf(keys, await this.ask(finder.statement, finder.valuesOf(keys)))
  }

  async rows<T extends ResourceTable>(
    table: T,
    { where, limit, lock }: { where?: SQL | undefined; limit?: number; lock?: Lock } = {},
  ): Promise<FullRowOf<T>[]> {
    const query = this.#handle.drizzle
      .select()
      .from(table as PgTable)
      .where(this.#bound(table, where))
      .$dynamic()
    if (limit !== undefined) query.limit(limit)
    if (lock) query.for(lock)
    return tagged(table, await query)
  }

  async row<T extends ResourceTable>(table: T, id: bigint, lock?: Lock): Promise<FullRowOf<T> | null> {
    const [row] = await this.rows(table, { where: eq(table.id, id), ...(lock && { lock }) })
    return row ?? null
  }

  async insert<T extends ResourceTable>(
    table: T,
    values: Omit<{ [K in keyof T['$inferInsert']]: T['$inferInsert'][K] | SQL }, 'accountId'>,
  ): Promise<FullRowOf<T>> {
    const rows = await this.#handle.drizzle
      .insert(table as PgTable)
      .values({ ...values, accountId: this.accountId } as never)
      .returning()
    const [row] = tagged(table, rows as Record<string, unknown>[])
    if (!row) throw new Error(`inserting into ${getTableName(table)} returned no row`)
    return row
  }

  /**
   * Changes the rows that meet `where`, and returns them as they are then. `record`: inserts something about them, which
   * it calls `changed`, in the same statement.
   */
  async update<T extends ResourceTable>(
    table: T,
    set: Partial<{ [K in keyof T['$inferInsert']]: T['$inferInsert'][K] | SQL }>,
    where: SQL | undefined,
    record?: SQL,
  ): Promise<FullRowOf<T>[]> {
    const { drizzle } = this.#handle
    const change = drizzle
      .update(table as PgTable)
      .set(set as PgUpdateSetSource<PgTable>)
      .where(this.#bound(table, where))
      .returning(getTableColumns(table))
    const rows = record ? await recording(drizzle, change, record) : await change
    return tagged(table, rows as Record<string, unknown>[])
  }

  /** The account's idempotency keys. */
  get keys(): IdempotencyKeys {
    return new IdempotencyKeys(this.#handle.drizzle, this.accountId)
  }

  /** Serialises the changes of an account that must see each other; held until the end of the transaction. */
  async lockAccount(): Promise<void> {
    await this.#handle.drizzle.execute(
      sql`select pg_advisory_xact_lock(hashtextextended('account', ${this.accountId}))`,
    )
  }

  /** The account's own row. */
  async account(): Promise<OwnAccount> {
    const found = await this.accountIf(undefined)
    if (!found) throw new Error('the account of the caller is gone')
    return found
  }

  /** The same where it meets a condition; null else. */
  async accountIf(where: SQL | undefined): Promise<OwnAccount | null> {
    const { id, uuid, name, created } = account
    const [row] = await this.#handle.drizzle
      .select({ id, uuid, name, created })
      .from(account)
      .where(and(eq(id, this.accountId), where))
    return row ?? null
  }

  /** The roots of the other accounts' volumes: no volume may be near them. */
  async otherRoots(): Promise<string[]> {
    const rows = await this.#handle.drizzle.execute<{ volumes_root: string }>(sql`
      select volumes_root from account where id <> ${this.accountId} and volumes_root <> ''`)
    return rows.map((row) => row.volumes_root)
  }

  /** Tells whoever listens to a channel that there is something to look at, once it is committed. */
  wake(channel: string): Promise<void> {
    return this.#handle.wake(channel)
  }

  /** Sends a notification with the commit of the transaction. */
  async notify(channel: string, payload: string): Promise<void> {
    await this.#handle.drizzle.execute(sql`select pg_notify(${channel}, ${payload})`)
  }

  #bound(table: ResourceTable, where: SQL | undefined): SQL | undefined {
    return and(eq(table.accountId, this.accountId), where)
  }
}

function tagged<T extends ResourceTable>(table: T, rows: Record<string, unknown>[]): FullRowOf<T>[] {
  const kind = getTableName(table)
  for (const row of rows) row.kind = kind
  return rows as FullRowOf<T>[]
}
