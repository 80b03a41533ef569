const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/**
 * An RFC 3339 time with any offset and up to six fraction digits, as UTC with six; null for anything else.
 * Years 1 to 9999, counted in UTC.
 */
export function parseDateTime(text: string): string | null {
  const match = pattern.exec(text)
  if (!match) return null
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as Six
  const [fraction = '', sign, offsetHour = '0', offsetMinute = '0'] = match.slice(7)
  if (hour > 23 || minute > 59 || second > 59 || Number(offsetHour) > 23 || Number(offsetMinute) > 59)
    return null
  // setUTCFullYear, since Date.UTC takes the years 0 to 99 for 1900 to 1999.
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1)
  date.setUTCHours(hour, minute - offset, second)
  const utcYear = date.getUTCFullYear()
  if (utcYear < 1 || utcYear > 9999) return null
  return `${date.toISOString().slice(0, 19)}.${fraction.padEnd(6, '0')}Z`
}

/** Whether a text is a time as the gateway writes it: UTC, with six fraction digits. */
export function isDateTime(text: string): boolean {
  return parseDateTime(text) === text
}

type Six = [number, number, number, number, number, number]
