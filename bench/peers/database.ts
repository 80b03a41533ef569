import postgres from 'postgres'

/** Ten connections, as everyone has. Statements are prepared; times stay text, since a Date has no microseconds. */
export const sql = open(JSON.parse(process.env.BENCH_ADDRESS ?? ''))

function open(address: { url: string } | { path: string }) {
  const text = { to: 1184, from: [1184], serialize: String, parse: String }
  const options = {
    max: 10,
    fetch_types: false,
    connection: { TimeZone: 'UTC', DateStyle: 'ISO' },
    types: { date: text },
  }
  return 'url' in address ? postgres(address.url, options) : postgres({ ...address, ...options })
}

/** Postgres's text of a time in UTC, as RFC 3339 with six fraction digits. */
export function toRfc3339(text: string): string {
  // 2026-01-31 12:00:00.123456+00; zeros at the end of the fraction are left out.
  const time = `${text.slice(0, 10)}T${text.slice(11, -3)}`
  return time.length === 26 ? `${time}Z` : `${(time.length === 19 ? `${time}.` : time).padEnd(26, '0')}Z`
}
