import { onTestFinished } from 'vitest'
import type { DatabaseAddress } from '../../src/database/database.ts'
import { createMessages, startRelay } from './relay.ts'

/**
 * Stands between clients and a Postgres server, as poolers do. `change` sees every message of the server after the
 * start-up, by its type and whole, and returns what is passed on; null keeps it back. Returns its URL.
 */
export async function startProxy(
  address: DatabaseAddress,
  change: (type: string, message: Buffer) => Buffer | null,
): Promise<string> {
  const { url, close } = await startRelay(address, (client, server) => {
    client.pipe(server)
    const hear = createMessages((type, message) => {
      const passed = change(type, message)
      if (passed) client.write(passed)
    })
    server.on('data', hear)
  })
  onTestFinished(close)
  return url
}
