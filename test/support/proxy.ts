import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { DatabaseAddress } from '../../src/database/database.ts'

/**
 * Stands between clients and a Postgres server, as poolers do. `change` sees every message of the server after the
 * start-up, by its type and whole, and returns what is passed on; null keeps it back. Returns its URL.
 */
export async function startProxy(
  address: DatabaseAddress,
  change: (type: string, message: Buffer) => Buffer | null,
): Promise<string> {
  const url = new URL(
    'url' in address ? address.url : `postgres://${address.username}:${address.password}@proxy/`,
  )
  if (!('url' in address)) url.pathname = address.database
  const open = (): Socket =>
    'url' in address ? connect(Number(url.port), url.hostname) : connect(address.path)
  const sockets = new Set<Socket>()
  const proxy = createServer((client) => {
    const server = open()
    for (const socket of [client, server]) {
      sockets.add(socket)
      socket.on('error', () => {}) // one side ends with the other
    }
    client.pipe(server)
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
    let pending = Buffer.alloc(0)
    server.on('data', (bytes) => {
      pending = Buffer.concat([pending, bytes])
      while (pending.length >= 5 && pending.length > pending.readUInt32BE(1)) {
        const end = 1 + pending.readUInt32BE(1)
        const passed = change(String.fromCharCode(pending[0] ?? 0), pending.subarray(0, end))
        if (passed) client.write(passed)
        pending = pending.subarray(end)
      }
    })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  })
  const result = new URL(url)
  result.host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
  return result.href
}
