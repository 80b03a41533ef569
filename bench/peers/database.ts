import postgres, { type Sql } from 'postgres'

/**
 * Ten connections, as everyone has. Each is a client of its own, and they take turns: in postgres.js 3.4.9 a client with
 * several gets slower with each statement, as it looks through a list of idle ones that only ends when none is idle.
 */
const clients = Array.from({ length: 10 }, () => open(JSON.parse(process.env.BENCH_ADDRESS ?? '')))
let turn = 0

function next(): Sql {
  turn = (turn + 1) % clients.length
  return clients[turn] as Sql
}

export const sql = Object.assign((...template: Parameters<Sql>) => next()(...template), {
  unsafe: (...statement: Parameters<Sql['unsafe']>) => next().unsafe(...statement),
}) as Sql

/** Statements are prepared; times stay text, since a Date has no microseconds. */
function open(address: { url: string } | { path: string }) {
  const text = { to: 1184, from: [1184], serialize: String, parse: String }
  const options = {
    max: 1,
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
