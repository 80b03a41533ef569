import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import type { DatabaseAddress } from '../../src/database/database.ts'

export interface Relay {
  /** For clients that are to go through it. */
  url: string
  close(): void
}

/** Stands between clients and a Postgres server; `pass` is to pass on what the two of a connection say. */
export async function startRelay(
  address: DatabaseAddress,
  pass: (client: Socket, server: Socket) => void,
): Promise<Relay> {
  const url = new URL(
    'url' in address ? address.url : `postgres://${address.username}:${address.password}@proxy/`,
  )
  if (!('url' in address)) url.pathname = address.database
  const [host, port] = [url.hostname, Number(url.port || 5432)]
  const open = (): Socket => ('url' in address ? connect(port, host) : connect(address.path))
  const sockets = new Set<Socket>()
  const relay = createServer({ noDelay: true }, (client) => {
    const server = open()
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => {}) // one side ends with the other
      socket.once('close', () => sockets.delete(socket))
    }
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
    pass(client, server)
  })
  relay.listen(0, '127.0.0.1')
  await once(relay, 'listening')
  url.host = `127.0.0.1:${(relay.address() as AddressInfo).port}`
  return {
    url: url.href,
    close: () => {
      for (const socket of sockets) socket.destroy()
      relay.close()
    },
  }
}

/** Cuts what comes in into messages, each a type and a length of four bytes with what follows. */
export function createMessages(hear: (type: string, message: Buffer) => void): (bytes: Buffer) => void {
  let pending = Buffer.alloc(0)
  return (bytes) => {
    pending = Buffer.concat([pending, bytes])
    while (pending.length >= 5 && pending.length > pending.readUInt32BE(1)) {
      const end = 1 + pending.readUInt32BE(1)
      const message = pending.subarray(0, end)
      pending = pending.subarray(end)
      hear(String.fromCharCode(message[0] ?? 0), message)
    }
  }
}
