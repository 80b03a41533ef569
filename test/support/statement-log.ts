import type { DatabaseAddress } from '../../src/database/database.ts'
import { startRelay } from './relay.ts'

/** A statement as a server was sent it, with the values that were bound to it. */
export interface LoggedStatement {
  text: string
  /** Of $1, $2, ..; null is NULL. */
  values: (string | null)[]
}

/**
 * Stands between clients and a Postgres server, and keeps what they ask: on the wire nothing can be sent beside it.
 * Connect to `address`.
 */
export async function startStatementLog(server: DatabaseAddress) {
  const statements: LoggedStatement[] = []
  const { url, close } = await startRelay(server, (client, behind) => {
    behind.pipe(client)
    const read = messageReader(statements)
    client.on('data', (bytes) => {
      read(bytes)
      behind.write(bytes)
    })
  })
  return { address: { url } satisfies DatabaseAddress, statements, close }
}

/** Reads the messages of one client: Query and Parse have the text, Bind the values. */
function messageReader(statements: LoggedStatement[]): (bytes: Buffer) => void {
  const prepared = new Map<string, string>()
  let pending = Buffer.alloc(0)
  let isStarted = false
  return (bytes) => {
    pending = Buffer.concat([pending, bytes])
    for (;;) {
      // The first message has no type.
      const header = isStarted ? 1 : 0
      if (pending.length < header + 4 || pending.length < header + pending.readUInt32BE(header)) return
      const end = header + pending.readUInt32BE(header)
      const body = pending.subarray(header + 4, end)
      const type = isStarted ? String.fromCharCode(pending[0] ?? 0) : ''
      pending = pending.subarray(end)
      isStarted = true
      if (type === 'Q') statements.push({ text: text(body, 0), values: [] })
      if (type === 'P') prepared.set(text(body, 0), text(body, text(body, 0).length + 1))
      if (type === 'B') {
        const name = text(body, text(body, 0).length + 1)
        statements.push({ text: prepared.get(name) ?? '', values: valuesOf(body) })
      }
    }
  }
}

function text(body: Buffer, from: number): string {
  // Names are ASCII, so that their lengths are those of their bytes.
  return body.subarray(from, body.indexOf(0, from)).toString('utf8')
}

/** Of a Bind message: portal, statement, formats, and the values as text. */
function valuesOf(body: Buffer): (string | null)[] {
  let at = body.indexOf(0, body.indexOf(0) + 1) + 1
  at += 2 + 2 * body.readInt16BE(at)
  const values: (string | null)[] = []
  let count = body.readInt16BE(at)
  at += 2
  for (; count > 0; count--) {
    const length = body.readInt32BE(at)
    at += 4
    values.push(length < 0 ? null : body.subarray(at, at + length).toString('utf8'))
    at += Math.max(0, length)
  }
  return values
}
