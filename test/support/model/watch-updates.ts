import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'

/** The database, and when all updates of rows that were sent through it are done. `onDone` sees the rows of each. */
export function watchUpdates(db: PostgresJsDatabase, onDone: (rows: unknown[]) => void = () => {}) {
  const underWay = new Set<Promise<unknown>>()
  const sent = (query: PromiseLike<unknown[]>) => {
    const rows = Promise.resolve(query).then((rows) => {
      onDone(rows)
      return rows
    })
    const settled = rows.then(
      () => {},
      () => {},
    )
    underWay.add(settled)
    settled.then(() => underWay.delete(settled))
    return rows
  }
  /** The same query, or what makes one: it is seen when it is sent. */
  const watched = <T extends object>(query: T): T =>
    new Proxy(query, {
      get: (target, name) => {
        const value = Reflect.get(target, name)
        if (typeof value !== 'function') return value
        if (name === 'then')
          return (...then: Parameters<Promise<unknown[]>['then']>) =>
            sent(target as unknown as PromiseLike<unknown[]>).then(...then)
        const result = (...args: unknown[]) => value.apply(target, args)
        return chains.has(String(name)) ? (...args: unknown[]) => watched(result(...args)) : result
      },
    })
  return {
    db: new Proxy(db, {
      get: (target, name) =>
        name === 'update' || name === 'with'
          ? (...args: unknown[]) => watched(Reflect.apply(target[name], target, args))
          : Reflect.get(target, name),
    }),
    sent: async () => {
      await new Promise(setImmediate) // a query is sent when it is awaited
      await Promise.all(underWay)
    },
  }
}

/** The methods that queries are made by. */
const chains = new Set(['set', 'where', 'returning', 'select', 'from', 'update'])
