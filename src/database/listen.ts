import type { Sql } from 'postgres'

/**
 * Listens on a channel until `stop` is called; a connection that breaks is replaced. `onListen` runs each time that
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
