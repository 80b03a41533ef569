import type { Sql } from 'postgres'
import { shareAnswer } from './share-answer.ts'

/** Makes the function that tells whether the database answers, within 2 seconds. */
export function createReadiness(client: Sql, lostAfter?: number): () => Promise<boolean> {
  const ask = shareAnswer(() => client`select 1`, lostAfter === undefined ? {} : { lostAfter })
  return async () => (await ask()) !== null
}
