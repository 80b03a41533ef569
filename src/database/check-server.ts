import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import postgres, { type Sql } from 'postgres'
import { listen } from './listen.ts'

/** As Postgres spells its version: the major one, and four digits. */
const oldest = 140_000
/** Encodings that keep any text: as it is, or its bytes. */
const encodings = new Set(['UTF8', 'SQL_ASCII'])
/** Seconds that a notification may take. */
const patience = 5

/**
 * Checks that a database can be used: it answers, its server is new enough, it keeps any text, and no transaction pooler
 * stands between, which would break LISTEN and advisory locks. Throws with advice, naming DATABASE_URL and no password.
 */
export async function checkServer(url: string): Promise<void> {
  const options = { max: 1, connect_timeout: 5, backoff: false, fetch_types: false, onnotice: () => {} }
  const client = postgres(url, options)
  try {
    const { version, encoding } = await settingsOf(client).catch((error: Error) => {
      const reason = error instanceof AggregateError ? error.errors.map(String).join(', ') : error.message
      throw new Error(`DATABASE_URL: ${placeOf(url)} cannot be used: ${reason}`, { cause: error })
    })
    if (version < oldest)
      throw new Error(
        `DATABASE_URL: ${placeOf(url)} is Postgres ${Math.floor(version / 10_000)}; 14 or newer is needed`,
      )
    if (!encodings.has(encoding))
      throw new Error(
        `DATABASE_URL: ${placeOf(url)} has the encoding ${encoding}, which does not have every character; UTF8 is needed`,
      )
    if (!(await hearsItself(client)))
      throw new Error(
        'DATABASE_URL: LISTEN does not answer. Connect directly, not through a transaction pooler',
      )
  } finally {
    await client.end({ timeout: 5 })
  }
}

async function settingsOf(client: Sql): Promise<{ version: number; encoding: string }> {
  const [row] = await client<{ version: number; encoding: string }[]>`
    select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding`
  return row ?? { version: 0, encoding: 'none' }
}

async function hearsItself(client: Sql): Promise<boolean> {
  const channel = `snapshot_gateway_probe_${randomUUID()}`
  let hear = () => {}
  const heard = new Promise<boolean>((resolve) => {
    hear = () => resolve(true)
  })
  const stop = await listen(client, channel, hear)
  const late = new AbortController()
  try {
    await client.notify(channel, '')
    return await Promise.race([heard, pause(patience * 1000, false, { signal: late.signal })])
  } finally {
    late.abort()
    await stop()
  }
}

function placeOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}${pathname}`
}
