import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'

/** The database, and when all updates of rows that were sent through it are done. `onDone` sees the rows of each. */
export function watchUpdates(db: PostgresJsDatabase, onDone: (rows: unknown[]) => void = () => {}) {
  const underWay = new Set<Promise<unknown>>()
  const watched = (query: PromiseLike<unknown[]>) => {
    const sent = Promise.resolve(query).then((rows) => {
      onDone(rows)
      return rows
    })
    const settled = sent.then(
      () => {},
      () => {},
    )
    underWay.add(settled)
    settled.then(() => underWay.delete(settled))
    return sent
  }
  type Update = ReturnType<PostgresJsDatabase['update']>
  const update = (table: Parameters<PostgresJsDatabase['update']>[0]) => ({
    set: (values: Parameters<Update['set']>[0]) => ({
      where: (condition: Parameters<ReturnType<Update['set']>['where']>[0]) => ({
        returning: () => watched(db.update(table).set(values).where(condition).returning()),
      }),
    }),
  })
  return {
    db: new Proxy(db, { get: (target, name) => (name === 'update' ? update : Reflect.get(target, name)) }),
    sent: () => Promise.all(underWay),
  }
}
