import { is, Param, Placeholder, type SQL } from 'drizzle-orm'
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
  /** In the order of the text. */
  parameters(values: Values): unknown[]
  /** Makes a row of what the server sent. */
  row(columns: readonly unknown[], values: Values): Row
}

const dialect = new PgDialect()

/** Makes a statement of SQL with placeholders. */
export function makeStatement<Row>(
  statement: SQL,
  row: Statement<Row>['row'],
  isPrepared: boolean,
): Statement<Row> {
  const { sql, params } = dialect.sqlToQuery(statement)
  const parameters = params.map(reader)
  return { text: sql, isPrepared, parameters: (values) => parameters.map((read) => read(values)), row }
}

function reader(param: unknown): (values: Values) => unknown {
  if (is(param, Placeholder)) return (values) => values[param.name]
  if (is(param, Param) && is(param.value, Placeholder)) {
    const { name } = param.value
    return (values) => param.encoder.mapToDriverValue(values[name])
  }
  return () => param
}
