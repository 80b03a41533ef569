import { DrizzleQueryError } from 'drizzle-orm/errors'
import postgres from 'postgres'

/** What is known of an error that tells of the fault, and holds no values of requests and rows. */
const kept = [
  'code',
  'syscall',
  'path',
  'address',
  'port',
  'severity',
  'schema_name',
  'table_name',
  'column_name',
  'constraint_name',
  'routine',
  'retryable',
]
const deepest = 5

/**
 * An error as the log has it: its message, stack, causes, and of its properties only those that are known to be
 * harmless. Others are left out: postgres.js and Drizzle keep the parameters of statements, Node a URL that it cannot
 * parse, with its password, and a request that it cannot read, with its headers.
 */
export function describeError(error: unknown): unknown {
  return describe(error, 0)
}

function describe(error: unknown, depth: number): unknown {
  if (!(error instanceof Error)) return error
  const message = messageOf(error)
  const described: Record<string, unknown> = {
    type: error.constructor.name,
    message,
    stack: stackOf(error, message),
  }
  for (const name of kept)
    if (name in error) described[name] = (error as unknown as Record<string, unknown>)[name]
  // The driver's has the statement; its values are in others of its properties.
  if (error instanceof postgres.PostgresError) described.statement = error.query
  if (depth === deepest) return described
  if (error.cause !== undefined) described.cause = describe(error.cause, depth + 1)
  if (error instanceof AggregateError)
    described.errors = error.errors.slice(0, deepest).map((each) => describe(each, depth + 1))
  return described
}

/** Drizzle's has the parameters of the statement in it. */
function messageOf(error: Error): string {
  return error instanceof DrizzleQueryError ? `Failed query: ${error.query}` : error.message
}

/** A stack begins with the message. */
function stackOf({ name, stack = '' }: Error, message: string): string {
  const frames = stack.indexOf('\n    at ')
  return `${name}: ${message}${frames < 0 ? '' : stack.slice(frames)}`
}
