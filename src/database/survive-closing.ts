import { setImmediate as tick } from 'node:timers/promises'
import type { Sql, TransactionSql } from 'postgres'

/**
 * Keeps a connection that closes in the middle of a transaction from ending the process: postgres.js 3.4.9 writes the
 * next statement, be it the rollback, to the socket that is gone, and throws where nobody can catch it (its issues
 * 1066, 1154, 1208). Here nothing more is sent once the transaction is lost, which `begin` itself has told by then.
 */
export function surviveClosing(client: Sql): Sql {
  const begin = (...args: unknown[]) => {
    const work = args.pop() as (sql: TransactionSql) => unknown
    let lost: unknown = null
    const result = (client.begin as (...args: unknown[]) => Promise<unknown>)(
      ...args,
      async (sql: TransactionSql) => {
        const outcome = await settle(() => work(refusing(sql, () => lost)))
        // A statement that fails because the connection closes fails a moment before the transaction does; after a
        // reset, 'close' comes only in the next round of the event loop.
        if (!outcome.done) {
          await tick()
          await tick()
        }
        // Neither commit nor rollback: both would be sent.
        if (lost !== null) return new Promise(() => {})
        if (outcome.done) return outcome.value
        throw outcome.error
      },
    )
    result.catch((error: unknown) => {
      lost = error
    })
    return result
  }
  return new Proxy(client, { get: (target, name) => (name === 'begin' ? begin : Reflect.get(target, name)) })
}

type Settled = { done: true; value: unknown } | { done: false; error: unknown }

async function settle(work: () => unknown): Promise<Settled> {
  try {
    return { done: true, value: await work() }
  } catch (error) {
    return { done: false, error }
  }
}

/** The transaction, which throws instead of sending anything once it is lost. */
function refusing(sql: TransactionSql, lost: () => unknown): TransactionSql {
  const check = () => {
    const error = lost()
    if (error !== null) throw error
  }
  return new Proxy(sql, {
    apply: (target, self, args) => {
      check()
      return Reflect.apply(target, self, args)
    },
    get: (target, name) => {
      const value = Reflect.get(target, name)
      if (name !== 'unsafe' && name !== 'savepoint' && name !== 'file') return value
      return (...args: unknown[]) => {
        check()
        return (value as (...args: unknown[]) => unknown)(...args)
      }
    },
  })
}
