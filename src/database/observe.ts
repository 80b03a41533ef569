import { isStatementTimeout, isUnavailable } from './sql-state.ts'
import {
  type StatementFailure,
  type StatementKind,
  type StatementObserver,
  statementKinds,
} from './statement-observer.ts'

/**
 * Tells an observer of a statement that has ended. `since`: the monotonic time at which it began, or began to wait;
 * `error`: what it failed with, or null.
 */
export function tellEnd(
  observer: StatementObserver | undefined,
  text: string,
  since: number,
  error: unknown,
): void {
  observer?.ended({
    kind: kindOf(text),
    seconds: (performance.now() - since) / 1000,
    failure: error === null ? null : failureOf(error),
  })
}

const change = /insert into|update "|delete from/

function kindOf(text: string): StatementKind {
  const start = text.trimStart()
  const does = start.startsWith('with ') ? (change.exec(start)?.[0] ?? 'select') : start
  for (const kind of statementKinds) if (does.startsWith(kind)) return kind
  return 'other'
}

function failureOf(error: unknown): StatementFailure {
  if (isStatementTimeout(error)) return 'timeout'
  return isUnavailable(error) ? 'unavailable' : 'other'
}
