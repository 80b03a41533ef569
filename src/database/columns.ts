import { customType } from 'drizzle-orm/pg-core'
import { toRfc3339 } from './timestamp.ts'

/** A timestamptz whose value is RFC 3339 text in UTC with six fraction digits, both ways. */
export const timestamptz = customType<{ data: string; driverData: string }>({
  dataType: () => 'timestamp (6) with time zone',
  fromDriver: toRfc3339,
})

/** Text that sorts by code points on every server, so that order, cursors and indexes are the same everywhere. */
export const collatedText = customType<{ data: string; driverData: string }>({
  dataType: () => 'text COLLATE "C"',
})

/** Raw bytes. */
export const bytea = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })
