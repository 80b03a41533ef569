import { is, Param, Placeholder, type SQL, sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'

/** What a statement is asked with, by the names of its placeholders. */
export type Values = Readonly<Record<string, unknown>>

/**
 * A statement that is asked again and again. Drizzle makes its text once, which costs more than to run it; what
 * changes from call to call are its values.
 */
export interface Statement<Row> {
  readonly text: string
  /** Whether each connection keeps it parsed, and planned for whatever values. */
  readonly isPrepared: boolean
  /** Whether it changes something by itself: once it is sent, what came of it is waited for. */
  readonly isChange: boolean
  /** In the order of the text. `account`: whose rows it is about. */
  parameters(values: Values, account: bigint): unknown[]
  /** Makes a row of what the server sent. */
  row(columns: readonly unknown[], account: bigint): Row
}

/** The account that a statement is bound to: whoever runs it says which, apart from all other values. */
export const account = sql.placeholder('account')

/** A value of a type. */
export function typed(value: Placeholder | SQL, type: string): SQL {
  return sql`${value}::${sql.raw(type)}`
}

/**
 * The same in a query of its own, so that no plan depends on what it is. Postgres plans a prepared statement anew, which
 * takes longer than to read a page, as long as plans for the values at hand look cheaper than the one for any; where they
 * are the same, it keeps the one. Nor does it take a way that is good only for an account that it thinks is small.
 */
export function unplanned(value: Placeholder | SQL, type: string): SQL {
  return sql`(select ${typed(value, type)})`
}

const dialect = new PgDialect()

/** Makes a statement of SQL with placeholders. */
export function makeStatement<Row>(
  statement: SQL,
  row: Statement<Row>['row'],
  { isPrepared = true, isChange = false }: { isPrepared?: boolean; isChange?: boolean } = {},
): Statement<Row> {
  const { sql: text, params } = dialect.sqlToQuery(statement)
  const readers = params.map(reader)
  return {
    text,
    isPrepared,
    isChange,
    parameters: (values, account) => readers.map((read) => read(values, account)),
    row,
  }
}

function reader(param: unknown): (values: Values, account: bigint) => unknown {
  if (is(param, Param) && is(param.value, Placeholder)) {
    const { encoder, value } = param
    const read = reader(value)
    return (values, account) => encoder.mapToDriverValue(read(values, account))
  }
  if (!is(param, Placeholder)) return () => param
  const { name } = param
  return name === account.name ? (_, account) => account : (values) => values[name]
}
