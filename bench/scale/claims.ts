import type { Database } from '../../src/database/database.ts'
import { createClaims } from '../../src/worker/claim.ts'
import { median } from '../start/statistics.ts'

const name = 'scale: due'

/** Milliseconds that a claim takes, with so many rows due in all accounts; they are deleted again. */
export async function timeClaims({ client, db }: Database, due: number, turns: number): Promise<number> {
  await client`
    insert into snapshot (account_id, volume_id, name, state, transitioning, run_after, deadline)
    select account_id, id, ${name}, 'requested', 'yes', now() - interval '1 minute', now() + interval '1 hour'
    from (select account_id, id, row_number() over () as number from volume) v,
      generate_series(1, (${due} + (select count(*) from volume) - 1) / (select count(*) from volume)) n
    limit ${due}`
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
    await client`delete from snapshot where name = ${name}`
    await client`vacuum (analyze) snapshot`
  }
}
