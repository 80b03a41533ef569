import { randomBytes } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { afterAll, inject } from 'vitest'
import { AccountScope } from '../../src/database/account-scope.ts'
import { connect, type Database, type DatabaseAddress } from '../../src/database/database.ts'
import type { Events } from '../../src/events/watch-events.ts'
import { openEventsLater } from './events.ts'
import { administer, inDatabase } from './postgres.ts'

export interface TestDatabase extends Database {
  address: DatabaseAddress
  /** Every statement sent through `db` since the last `statements.length = 0`. */
  statements: string[]
  /** A client apart from the gateway's connections, for what a test does behind its back. */
  client: Sql
  /** Account 1, whom AUTH=none acts as. */
  scope: AccountScope
  /** Its history. */
  events: Events
}

/** A migrated database of its own for a test file, dropped after it. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const { address: server, template } = inject('server')
  const name = `snapshot_gateway_test_${randomBytes(6).toString('hex')}`
  await administer(server, (sql) => sql`create database ${sql(name)} template ${sql(template)}`)
  const address = inDatabase(server, name)
  const statements: string[] = []
  const database = connect(address, {
    pool: 10,
    statementTimeout: 5,
    onStatement: (statement) => statements.push(statement),
  })
  // Times as text, to the microsecond, as Drizzle makes its own clients: the driver would make Dates of them.
  const time = { to: 1184, from: [1184], serialize: (text: unknown) => text, parse: (text: string) => text }
  const options = { max: 10, onnotice: () => {}, types: { date: time } }
  const client = 'url' in address ? postgres(address.url, options) : postgres({ ...address, ...options })
  const { events, close: closeEvents } = openEventsLater(address)
  afterAll(async () => {
    await Promise.all([closeEvents(), database.close(), client.end({ timeout: 5 })])
    await administer(server, (sql) => sql`drop database if exists ${sql(name)} with (force)`)
  })
  return { ...database, client, address, statements, scope: new AccountScope(database.handle, 1n), events }
}

/** Several, for tests that each need one that no other has used: the result returns the next. */
export async function createTestDatabases(count: number): Promise<() => TestDatabase> {
  const unused = await Promise.all(Array.from({ length: count }, createTestDatabase))
  return () => {
    const next = unused.shift()
    if (!next) throw new Error(`all ${count} databases are in use`)
    return next
  }
}
