const postgresText = /^(\d{4,})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/

/**
 * Postgres's text of a timestamptz, in a session whose TimeZone is UTC, as RFC 3339 with six fraction
 * digits. Never through a JS Date, which has only milliseconds. Throws on any other text.
 */
export function toRfc3339(text: string): string {
  const [, year, month, day, time, fraction = ''] = postgresText.exec(text) ?? []
  if (time === undefined) throw new Error(`not a UTC timestamp of Postgres: ${text}`)
  return `${year}-${month}-${day}T${time}.${fraction.padEnd(6, '0')}Z`
}
