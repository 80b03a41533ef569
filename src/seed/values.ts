import { type SQL, sql } from 'drizzle-orm'

/** What says of every row that it is no real one, and by which seeded volumes are found again. */
export const note = 'Seeded for tests of load: there is no archive.'

/** 32 bytes that are always the same for row `number` of a kind, and look like chance. */
export function digestOf(kind: string, number: SQL): SQL {
  return sql`sha256(convert_to(${`seeded ${kind} `} || (${number}), 'UTF8'))`
}

/** A uuid of the first half of a digest. */
export function uuidOf(digest: SQL): SQL {
  return sql`left(encode(${digest}, 'hex'), 32)::uuid`
}

/**
 * A uuid that looks like chance too, for many rows: each thousand of them begins alike, so that they come to the same
 * few pages of an index. All over it, each row would have a page of its own to read and to write.
 */
export function clusteredUuidOf(kind: string, number: SQL, digest: SQL): SQL {
  const start = digestOf(`thousand of ${kind}`, sql`${number} / 1000`)
  return sql`(left(encode(${start}, 'hex'), 4) || left(encode(${digest}, 'hex'), 28))::uuid`
}

/** A number from 0 to 65535 of two bytes of a digest; those from 16 on are not in its uuid. */
export function drawOf(digest: SQL, at: number): SQL {
  return sql`(get_byte(${digest}, ${sql.raw(String(at))}) * 256 + get_byte(${digest}, ${sql.raw(String(at + 1))}))`
}
