/** What a statement does, by its first word, or after `with` by what it changes. `begin` is the wait for a connection, and the start of a transaction. */
export const statementKinds = ['select', 'insert', 'update', 'delete', 'begin', 'other'] as const
export type StatementKind = (typeof statementKinds)[number]

/** Why a statement failed. `unavailable`: the database is away or busy; `other`: it refused the statement. */
export const statementFailures = ['timeout', 'unavailable', 'other'] as const
export type StatementFailure = (typeof statementFailures)[number]

/** Hears of statements when they have ended, to count them. */
export interface StatementObserver {
  /** `seconds` include the wait for a connection. */
  ended(statement: { kind: StatementKind; seconds: number; failure: StatementFailure | null }): void
}

/** How much of a pool of connections is used. */
export interface PoolUse {
  size: number
  /** Connections that run a statement or a transaction. */
  inUse(): number
  /** Statements and transactions that wait for a connection. */
  waiting(): number
}
