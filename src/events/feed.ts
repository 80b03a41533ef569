import { sql } from 'drizzle-orm'
import type { Database } from '../database/database.ts'
import { nobody } from '../database/handle.ts'
import { listen } from '../database/listen.ts'
import { columnList, rowReader } from '../database/rows.ts'
import { makeStatement, typed } from '../database/statement.ts'
import { type EventRow, eventOfAll, snapshotEvent } from '../database/tables.ts'
import type { Log } from '../log.ts'
import { type Running, repeat } from '../repeat.ts'
import { eventChannel } from '../resources/channels.ts'
import { readHistory } from './history.ts'
import { Mailbox, type Member } from './mailbox.ts'

/** Events that are read at once. */
const batch = 1000

const readRow = rowReader(snapshotEvent)
/** The events of all accounts: each is handed on to those of its own. */
const eventsAfter = makeStatement(
  sql`select ${columnList(snapshotEvent)}, account_id from ${snapshotEvent}
    where ${eventOfAll} > ${typed(sql.placeholder('after'), 'bigint')} order by ${eventOfAll} limit ${sql.raw(String(batch))}`,
  (found): EventRow => readRow(found, BigInt(String(found.at(-1)))),
)

export interface FeedOptions {
  database: Pick<Database, 'handle' | 'client'>
  log: Log
  /** Seconds between looks for what a lost notification has told of. */
  poll?: number
}

/**
 * Hands on what is new in the history to all who watch in this process: it is read once for all of them, and only as long
 * as there are any.
 */
export class EventFeed {
  readonly #handle: Database['handle']
  readonly #log: Log
  readonly #byAccount = new Map<bigint, Set<Mailbox>>()
  #position = 0n
  #reading: Promise<void> | null = null
  #beginning: Promise<void> | null = null
  #again = false
  #isAway = false
  #stopListening: () => Promise<void> = async () => {}
  readonly #polls: Running

  private constructor({ database, log, poll = 2 }: FeedOptions) {
    this.#handle = database.handle
    this.#log = log
    const look = async () => this.#wake()
    this.#polls = repeat(poll, look, () => {})
  }

  /** Begins to listen. */
  static async open(options: FeedOptions): Promise<EventFeed> {
    const feed = new EventFeed(options)
    const wake = () => feed.#wake()
    try {
      feed.#stopListening = await listen(options.database.client, eventChannel, wake, wake)
    } catch (error) {
      await feed.close()
      throw error
    }
    return feed
  }

  /** How far it has read: whoever is a member was offered all up to there. */
  get position(): bigint {
    return this.#position
  }

  /** How many watch. */
  get size(): number {
    let size = 0
    for (const members of this.#byAccount.values()) size += members.size
    return size
  }

  /** From now on the mailbox gets what its member wants of his account. */
  async join(member: Member): Promise<Mailbox> {
    // All who come while nobody is here begin at the same place.
    if (this.#byAccount.size === 0)
      this.#beginning ??= this.#begin().finally(() => {
        this.#beginning = null
      })
    await this.#beginning
    const mailbox = new Mailbox(member, this.#position)
    const members = this.#byAccount.get(member.accountId) ?? new Set()
    this.#byAccount.set(member.accountId, members.add(mailbox))
    this.#wake() // of what came while nobody was here, nobody was told
    return mailbox
  }

  leave(mailbox: Mailbox): void {
    const { accountId } = mailbox.member
    const members = this.#byAccount.get(accountId)
    members?.delete(mailbox)
    if (members?.size === 0) this.#byAccount.delete(accountId)
  }

  async close(): Promise<void> {
    await Promise.all([this.#polls.close(), this.#stopListening().catch(() => {})])
    await this.#reading
  }

  async #begin(): Promise<void> {
    await this.#reading
    const [history] = await this.#handle.run(readHistory, {}, nobody)
    // Whoever came in the meantime counts on what follows the position of then.
    if (this.#byAccount.size === 0) this.#position = history?.lastId ?? 0n
  }

  /** Reads what is new; while it reads already, once more afterwards. */
  #wake(): void {
    this.#again = true
    if (this.#byAccount.size > 0) this.#reading ??= this.#readAll()
  }

  async #readAll(): Promise<void> {
    try {
      while (this.#again && this.#byAccount.size > 0) {
        this.#again = false
        await this.#read()
      }
      if (this.#isAway) this.#log.info({}, 'the history is followed again')
      this.#isAway = false
    } catch (error) {
      if (!this.#isAway) this.#log.error({ err: error }, 'the history cannot be followed; it keeps trying')
      this.#isAway = true
    }
    this.#reading = null // before anybody else can look whether it reads
  }

  async #read(): Promise<void> {
    for (;;) {
      const after = this.#position
      const events = await this.#handle.run(eventsAfter, { after }, nobody)
      if (this.#position !== after) return // it began anew meanwhile, and whoever had it do so wakes it
      if (events.length === 0) return this.#lookForExpired()
      for (const event of events) {
        // Ids have no gaps: what is missing was deleted before it was read.
        if (event.id !== this.#position + 1n) this.#missSome()
        for (const mailbox of this.#byAccount.get(event.accountId) ?? []) mailbox.offer(event)
        this.#position = event.id
      }
      if (events.length < batch || this.#byAccount.size === 0) return
    }
  }

  /** Where all that is new was deleted unread, no later event tells so. */
  async #lookForExpired(): Promise<void> {
    const [history] = await this.#handle.run(readHistory, {}, nobody)
    if (!history || history.expiredId <= this.#position) return
    this.#position = history.expiredId
    this.#missSome()
  }

  #missSome(): void {
    for (const members of this.#byAccount.values()) for (const mailbox of members) mailbox.fallBehind()
  }
}
