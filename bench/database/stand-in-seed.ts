import type { Sql } from 'postgres'
import { run } from '../processes.ts'

// TO BE REMOVED, with hasSeedCommand, once the gateway has its command `seed`.

export async function hasSeedCommand(log: string): Promise<boolean> {
  return run({ args: ['dist/main.js', 'seed', '--help'], log }).then(
    () => true,
    () => false,
  )
}

/** Rows as the command makes them: a minute apart, each of another volume than the one before. */
export async function standInSeed(
  sql: Sql,
  { snapshots, volumes }: { snapshots: number; volumes: number },
): Promise<void> {
  await sql`
    insert into volume (account_id, name, description, transitioning, created, state, driver, path)
    select 1, 'seeded-' || i, 'Volume ' || i, 'no', now() - ${snapshots + volumes} * interval '1 minute' + i * interval '1 second',
      'active', 'vfs', 'seeded-' || i
    from generate_series(1, ${volumes}::int) as i`
  const [first] = await sql<{ id: string }[]>`select min(id) as id from volume where account_id = 1`
  await sql`
    insert into snapshot (account_id, name, description, transitioning, created, state, volume_id,
      managed_volume_uuid, size_bytes, checksum)
    select 1, 'seeded-' || i, case when i % 3 = 0 then 'Taken before the release ' || i end, 'no',
      now() - ${snapshots} * interval '1 minute' + i * interval '1 minute' + i * 7919 % 1000000 * interval '1 microsecond',
      case when i % 20 = 0 then 'backed-up' else 'created' end, ${first?.id ?? 1}::bigint + i % ${volumes}::int,
      gen_random_uuid()::text, i % 1000 * 104729 + 4096, 'sha256:' || encode(sha256(i::text::bytea), 'hex')
    from generate_series(1, ${snapshots}::bigint) as i`
}
