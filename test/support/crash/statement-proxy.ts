import type { DatabaseAddress } from '../../../src/database/database.ts'
import { createMessages, type Relay, startRelay } from '../relay.ts'

/** What happens to a statement on its way: it is passed on, or held back for good, as is all that follows. */
export interface StatementWatch {
  /** Before a statement is passed on to the server. */
  before(sql: string): 'pass' | 'hold'
  /** Once the server has executed and committed it; its answer was not passed on yet. */
  after(sql: string, result: { rows: number; failed: boolean }): 'pass' | 'hold'
}

/** Stands between clients and a Postgres server, and lets `watch` see every statement and its end. */
export function startStatementProxy(address: DatabaseAddress, watch: StatementWatch): Promise<Relay> {
  return startRelay(address, (client, server) => {
    /** What the server still has to answer; null: the end of a round, where it commits what no transaction holds. */
    const asked: ({ sql: string } | null)[] = []
    const texts = new Map<string, string>()
    let bound = ''
    let held = false
    let started = false

    const ask = (sql: string) => {
      held ||= watch.before(sql) === 'hold'
      if (!held) asked.push({ sql })
    }
    const hearClient = createMessages((type, message) => {
      if (held) return
      if (type === 'P') texts.set(text(message, 5), text(message, 5 + length(message, 5)))
      else if (type === 'B') bound = texts.get(text(message, 5 + length(message, 5))) ?? ''
      else if (type === 'E') ask(bound)
      else if (type === 'Q') {
        ask(text(message, 5))
        asked.push(null)
      } else if (type === 'S') asked.push(null)
      if (!held) server.write(message)
    })
    client.on('data', (bytes) => {
      // The first message has no type.
      if (started) return hearClient(bytes)
      started = true
      server.write(bytes)
    })

    let rows = 0
    let failed = false
    /** From the end of a statement to that of its round: the answer. */
    let answer: Buffer[] = []
    const hearServer = createMessages((type, message) => {
      if (held) return
      if (type === 'D') rows += 1
      failed ||= type === 'E'
      if (type === 'C' || type === 'E' || answer.length > 0) answer.push(message)
      else client.write(message)
      if (type !== 'Z') return
      for (let done = asked.shift(); done; done = asked.shift())
        held ||= watch.after(done.sql, { rows, failed }) === 'hold'
      if (!held) for (const kept of answer) client.write(kept)
      rows = 0
      failed = false
      answer = []
    })
    server.on('data', hearServer)
  })
}

/** The text at a place, which ends with a zero. */
function text(message: Buffer, from: number): string {
  return message.toString('utf8', from, message.indexOf(0, from))
}

/** How long the text at a place is, its zero included. */
function length(message: Buffer, from: number): number {
  return message.indexOf(0, from) + 1 - from
}
