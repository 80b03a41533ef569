import { isStatementTimeout, isUnavailable } from './sql-state.ts'
import {
  type StatementFailure,
  type StatementKind,
  type StatementObserver,
  statementKinds,
} from './statement-observer.ts'

/** Tells an observer of a statement when it has ended. `since`: the monotonic time at which it began, or began to wait. */
export function observe<R>(
  observer: StatementObserver | undefined,
  text: string,
  running: Promise<R>,
  since: number,
): Promise<R> {
  if (!observer) return running
  const tell = (failure: StatementFailure | null) =>
    observer.ended({ kind: kindOf(text), seconds: (performance.now() - since) / 1000, failure })
  running.then(
    () => tell(null),
    (error) => tell(failureOf(error)),
  )
  return running
}

function kindOf(text: string): StatementKind {
  const [, word = ''] = /^\s*(\w+)/.exec(text) ?? []
  return statementKinds.find((kind) => kind === word.toLowerCase()) ?? 'other'
}

function failureOf(error: unknown): StatementFailure {
  if (isStatementTimeout(error)) return 'timeout'
  return isUnavailable(error) ? 'unavailable' : 'other'
}
