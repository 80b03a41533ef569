import { sql } from 'drizzle-orm'
import type { Drizzle } from './handle.ts'

/** After this, the same key stands for another call. */
const lifetime = sql`interval '24 hours'`

/** What a mutation is known by under its key. */
export interface KeyedCall {
  mutation: string
  inputHash: string
}

/** The idempotency keys of one account. */
export class IdempotencyKeys {
  readonly #db: Pick<Drizzle, 'execute'>
  readonly #accountId: bigint

  constructor(db: Pick<Drizzle, 'execute'>, accountId: bigint) {
    this.#db = db
    this.#accountId = accountId
  }

  /** Claims a key; what an earlier call left under it, or null where the key is now this call's. */
  async claim(key: string, call: KeyedCall): Promise<(KeyedCall & { resourceId: bigint }) | null> {
    // A concurrent call with the same key waits here for the first to end.
    const claimed = await this.#db.execute(sql`
      insert into idempotency_key as held (account_id, key, mutation, input_hash)
      values (${this.#accountId}, ${key}, ${call.mutation}, ${call.inputHash})
      on conflict (account_id, key) do update
        set mutation = excluded.mutation, input_hash = excluded.input_hash, resource_id = null, created = clock_timestamp()
        where held.created < now() - ${lifetime}
      returning 1`)
    if (claimed.length > 0) return null
    const [held] = await this.#db.execute<{ mutation: string; input_hash: string; resource_id: string }>(sql`
      select mutation, input_hash, resource_id from idempotency_key
      where account_id = ${this.#accountId} and key = ${key}`)
    if (!held) return this.claim(key, call) // expired and deleted between the two statements
    return { mutation: held.mutation, inputHash: held.input_hash, resourceId: BigInt(held.resource_id) }
  }

  /** Whether a call is under a key, to be replayed or refused; `claim` alone decides. */
  async has(key: string): Promise<boolean> {
    const held = await this.#db.execute(sql`
      select 1 from idempotency_key where account_id = ${this.#accountId} and key = ${key}
        and created >= now() - ${lifetime}`)
    return held.length > 0
  }

  /** Records what the call that claimed the key answers with. */
  async keep(key: string, resourceId: bigint): Promise<void> {
    await this.#db.execute(sql`
      update idempotency_key set resource_id = ${resourceId}
      where account_id = ${this.#accountId} and key = ${key}`)
  }
}

/**
 * Deletes the expired keys of all accounts, a batch at a time: a backlog of millions would run into STATEMENT_TIMEOUT
 * as one statement, again and again.
 */
export async function deleteExpiredKeys(
  db: Pick<Drizzle, 'execute'>,
  signal: AbortSignal,
  batchSize = 5000,
): Promise<void> {
  for (let deleted = batchSize; deleted === batchSize && !signal.aborted; )
    deleted = (
      await db.execute(sql`
        delete from idempotency_key where ctid = any(array(
          select ctid from idempotency_key where created < now() - ${lifetime} limit ${batchSize}))
        returning 1`)
    ).length
}
