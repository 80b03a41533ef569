import type { Sql } from 'postgres'
import type { Kind } from './kinds.ts'
import { createRandom } from './random.ts'
import { nameOfCreated, type Position, type Subject } from './subject.ts'

/** Chooses at random, the same in every run, what the requests of each kind are about. */
export async function chooseSubjects(sql: Sql, count: number): Promise<Record<Kind, Subject[]>> {
  const snapshots = await someSnapshots(sql, count)
  const volumes = await someVolumes(sql, count)
  return {
    Q1: snapshots.map(({ id }) => ({ snapshot: id })),
    Q2: snapshots.map((after) => ({ after })).reverse(),
    Q3: volumes.map((volume) => ({ volume })),
    Q4: volumes.map((volume) => ({ volume, name: nameOfCreated })).reverse(),
    Q5: snapshots.map(({ created }) => ({ createdAfter: created })),
  }
}

async function someSnapshots(sql: Sql, count: number): Promise<Position[]> {
  const [range] = await sql<{ least: string; greatest: string }[]>`
    select min(id) as least, max(id) as greatest from snapshot where account_id = 1 and removed is null`
  const rows = await sql<Position[]>`
    select id, to_char(created at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created
    from snapshot where account_id = 1 and removed is null and id = any(${numbers(1, count, range)})`
  return inRandomOrder(rows, (row) => Number(row.id))
}

async function someVolumes(sql: Sql, count: number): Promise<string[]> {
  const [range] = await sql<{ least: string; greatest: string }[]>`
    select min(id) as least, max(id) as greatest from volume where account_id = 1 and removed is null`
  const rows = await sql<{ id: string }[]>`
    select id from volume where account_id = 1 and removed is null and id = any(${numbers(2, count, range)})`
  return inRandomOrder(rows, (row) => Number(row.id)).map((row) => row.id)
}

function numbers(
  seed: number,
  count: number,
  range: { least: string; greatest: string } | undefined,
): string[] {
  const random = createRandom(seed)
  const [least, greatest] = [Number(range?.least), Number(range?.greatest)]
  return Array.from({ length: count }, () => String(least + Math.floor(random() * (greatest - least + 1))))
}

/** Ids that follow one another are far apart: no page is in the cache because its neighbour was read just before. */
function inRandomOrder<T>(rows: readonly T[], idOf: (row: T) => number): T[] {
  const random = createRandom(3)
  return [...rows]
    .sort((a, b) => idOf(a) - idOf(b))
    .map((row) => ({ row, place: random() }))
    .sort((a, b) => a.place - b.place)
    .map(({ row }) => row)
}
