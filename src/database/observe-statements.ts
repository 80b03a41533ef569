import type { Sql, TransactionSql } from 'postgres'
import { isStatementTimeout, isUnavailable } from './sql-state.ts'
import {
  type PoolUse,
  type StatementFailure,
  type StatementKind,
  type StatementObserver,
  statementKinds,
} from './statement-observer.ts'

/** Tells an observer of each statement of a client when it has ended, and counts what is under way. */
export function observeStatements(
  client: Sql,
  size: number,
  observer: StatementObserver | undefined,
): { client: Sql; use: PoolUse } {
  let underWay = 0
  const tell = (kind: StatementKind, start: number, error?: unknown) =>
    observer?.ended({
      kind,
      seconds: (performance.now() - start) / 1000,
      failure: error === undefined ? null : failureOf(error),
    })

  /** Watches a statement from when it is first waited for: one that never is, is a part of another. */
  function watch<T>(query: T, text: unknown, counts: boolean): T {
    if (!(query instanceof Promise)) return query
    const then = query.then
    const first: typeof query.then = (...args) => {
      // biome-ignore lint/suspicious/noThenProperty: it is a promise, and gets its own back
      query.then = then
      const kind = kindOf(text)
      const start = performance.now()
      if (counts) underWay += 1
      const end = (error?: unknown) => {
        if (counts) underWay -= 1
        tell(kind, start, error)
      }
      then.call(query, () => end(), end)
      return then.apply(query, args) as never
    }
    // biome-ignore lint/suspicious/noThenProperty: it is a promise
    query.then = first
    return query
  }

  /** `counts`: whether its statements take connections of their own. */
  function watched<S extends Sql | TransactionSql>(sql: S, counts: boolean): S {
    return new Proxy(sql, {
      apply: (target, self, args) => {
        const [strings] = args as [TemplateStringsArray]
        return watch(Reflect.apply(target as never, self, args), strings.raw?.[0], counts)
      },
      get: (target, name) => {
        const value = Reflect.get(target, name)
        if (name === 'unsafe')
          return (...args: [string]) => watch((value as Sql['unsafe'])(...args), args[0], counts)
        if (name === 'savepoint')
          return (...args: unknown[]) => (value as (...args: unknown[]) => unknown)(...inside(args, false))
        return name === 'begin' ? begin : value
      },
    })
  }

  /** The arguments of `begin` or `savepoint`, whose last is what is done inside of it. */
  function inside(args: unknown[], begins: boolean): unknown[] {
    const start = performance.now()
    const work = args.at(-1) as (sql: TransactionSql) => unknown
    const watchedWork = (sql: TransactionSql) => {
      if (begins) tell('begin', start)
      return work(watched(sql, false))
    }
    return [...args.slice(0, -1), watchedWork]
  }

  function begin(...args: unknown[]): Promise<unknown> {
    underWay += 1
    const result = (client.begin as (...args: unknown[]) => Promise<unknown>)(...inside(args, true))
    const end = () => {
      underWay -= 1
    }
    result.then(end, end)
    return result
  }

  return {
    client: watched(client, true),
    use: {
      size,
      inUse: () => Math.min(underWay, size),
      waiting: () => Math.max(0, underWay - size),
    },
  }
}

function kindOf(text: unknown): StatementKind {
  const [, word = ''] = typeof text === 'string' ? (/^\s*(\w+)/.exec(text) ?? []) : []
  return statementKinds.find((kind) => kind === word.toLowerCase()) ?? 'other'
}

function failureOf(error: unknown): StatementFailure {
  if (isStatementTimeout(error)) return 'timeout'
  return isUnavailable(error) ? 'unavailable' : 'other'
}
