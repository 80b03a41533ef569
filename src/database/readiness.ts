import { sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { shareAnswer } from './share-answer.ts'

/** Makes the function that tells whether the database answers, within 2 seconds. */
export function createReadiness(
  db: Pick<PostgresJsDatabase, 'execute'>,
  lostAfter?: number,
): () => Promise<boolean> {
  const ask = shareAnswer(() => db.execute(sql`select 1`), lostAfter === undefined ? {} : { lostAfter })
  return async () => (await ask()) !== null
}
