const postgresText = /^(\d{4,})-(\d\d)-(\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/

/**
 * Postgres's text of a timestamptz, in a session whose TimeZone is UTC, as RFC 3339 with six fraction
 * digits. Never through a JS Date, which has only milliseconds. Throws on any other text.
 */
export function toRfc3339(text: string): string {
  // As nearly all are: with six digits, and a year of four.
  if (text.length === 29 && text[10] === ' ' && text[19] === '.' && text.endsWith('+00'))
    return `${text.slice(0, 10)}T${text.slice(11, 26)}Z`
  const [, year, month, day, time, fraction = ''] = postgresText.exec(text) ?? []
  if (time === undefined) throw new Error(`not a UTC timestamp of Postgres: ${text}`)
  return `${year}-${month}-${day}T${time}.${fraction.padEnd(6, '0')}Z`
}
