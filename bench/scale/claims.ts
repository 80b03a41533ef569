import type { Database } from '../../src/database/database.ts'
import { createClaims } from '../../src/worker/claim.ts'
import { median } from '../start/statistics.ts'

/**
 * Milliseconds that a claim takes, with so many rows due in all accounts. Seeded rows are made due for it, and are
 * afterwards as they were.
 */
export async function timeClaims({ client, db }: Database, due: number, turns: number): Promise<number> {
  await client`
    update snapshot set transitioning = 'yes', run_after = now() - interval '1 minute', deadline = now() + interval '1 hour'
    where (account_id, id) in (
      select account_id, id from snapshot where state = 'created' and transitioning = 'no' and id % 7 = 0 limit ${due})`
  await client`vacuum (analyze) snapshot`
  try {
    const claim = createClaims(db, 30)
    const times: number[] = []
    for (let turn = 0; turn < turns; turn++) {
      const began = performance.now()
      if ((await claim()) === null) throw new Error('nothing was due')
      times.push(performance.now() - began)
    }
    return median(times.slice(turns / 4))
  } finally {
    await client`
      update snapshot set transitioning = 'no', transitioning_message = null, transitioning_progress = null, attempt = 0,
        run_after = null, deadline = null, lease_token = null, lease_expires = null
      where transitioning = 'yes'`
    await client`vacuum (analyze) snapshot`
  }
}
