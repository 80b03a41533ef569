import { sql } from 'drizzle-orm'
import type { PostgresJsDatabase } from 'drizzle-orm/postgres-js'
import { firstAccount } from '../database/first-account.ts'
import { account, snapshot, volume } from '../database/tables.ts'
import { formatId } from '../resources/ids.ts'
import { note } from './values.ts'

const elsewhere = 'use another DATA_DIR or DATABASE_URL'

/** Throws, with what to do, where rows are seeded already, are not seeded, or are where seeded ones would be. */
export async function refuseUsedDatabase(db: Pick<PostgresJsDatabase, 'execute'>): Promise<void> {
  const [seeded] = await db.execute<{ volumes: number }>(sql`
    select count(*)::int as volumes from ${volume} where description = ${note}`)
  const [any] = await db.execute(sql`select from ${snapshot} limit 1`)
  if (seeded && seeded.volumes > 0) {
    const [row] = await db.execute<{ snapshots: string }>(sql`select count(*) as snapshots from ${snapshot}`)
    throw new Error(
      `this database is seeded already, or in part (${seeded.volumes} volumes, ${row?.snapshots} snapshots): to seed anew, ${elsewhere}`,
    )
  }
  if (any)
    throw new Error(`this database has snapshots, which seeded ones are not to be mixed with: ${elsewhere}`)
  const isNear = (path: unknown) =>
    sql`(${path} = 'seeded' or ${path} like 'seeded/%' or name ~ '^seeded-[0-9]+$')`
  const [neighbour] = await db.execute<{ id: string }>(sql`
    select id from ${account} where ${isNear(sql`volumes_root`)} limit 1`)
  if (neighbour) throw new Error(`account ${formatId('account', BigInt(neighbour.id))} ${inTheWay}`)
  const [taken] = await db.execute<{ id: string }>(sql`
    select id from ${volume} where account_id = ${firstAccount} and removed is null and ${isNear(sql`path`)} limit 1`)
  if (taken)
    throw new Error(
      `volume ${formatId('volume', BigInt(taken.id))} of account ${formatId('account', firstAccount)} ${inTheWay}`,
    )
}

const inTheWay = `has a name or a directory that seeded ones would have: ${elsewhere}`
