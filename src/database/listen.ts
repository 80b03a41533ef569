import type { Sql } from 'postgres'

/**
 * Listens on a channel until `stop` is called; the driver reconnects by itself. `onListen` runs each time that
 * listening begins, also after a reconnection: what was sent meanwhile is lost, so look for it then.
 */
export async function listen(
  client: Sql,
  channel: string,
  onNotify: (payload: string) => void,
  onListen?: () => void,
): Promise<() => Promise<void>> {
  const { unlisten } = await client.listen(channel, onNotify, onListen)
  return unlisten
}

/**
 * Checks that notifications arrive. Throws with advice where they do not: a transaction pooler stands between, which
 * also breaks advisory locks. `patience`: seconds to wait.
 */
export async function assertListenWorks(client: Sql, patience = 5): Promise<void> {
  const channel = `snapshot_gateway_probe_${Math.random().toString(36).slice(2)}`
  let heard = () => {}
  const arrival = new Promise<void>((resolve) => {
    heard = resolve
  })
  const stop = await listen(client, channel, heard)
  const timer = new Promise<never>((_, reject) => {
    setTimeout(
      () =>
        reject(
          new Error(
            'DATABASE_URL: LISTEN does not answer. Connect directly, not through a transaction pooler',
          ),
        ),
      patience * 1000,
    ).unref()
  })
  try {
    await client.notify(channel, '')
    await Promise.race([arrival, timer])
  } finally {
    await stop()
  }
}
