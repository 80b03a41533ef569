import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Sql } from 'postgres'
import { expect } from 'vitest'
import { eventually } from './eventually.ts'
import type { Asked, Load } from './load.ts'
import { archives } from './main-job.ts'
import type { GatewayProcess } from './process.ts'
import { tally } from './tally.ts'

/** A small volume, `db`, in the default folder of volumes. */
export function makeVolume(cwd: string): void {
  mkdirSync(join(cwd, 'data/volumes/db'), { recursive: true })
  writeFileSync(join(cwd, 'data/volumes/db/file'), 'content')
}

export const readiness = (gateway: GatewayProcess) =>
  fetch(new URL('/readyz', gateway.url)).then(({ status }) => status)

/** Every answer is whole, or UNAVAILABLE without a word of why. */
export function expectMasked(asked: readonly Asked[]): void {
  for (const { status, retryAfter, text } of asked) {
    if (status === 200) continue
    const { errors, extensions } = JSON.parse(text)
    expect([status, retryAfter, Object.keys(extensions)]).toEqual([503, '5', ['requestId']])
    for (const error of errors)
      expect(error).toMatchObject({
        message: 'the database is not available now; try again soon',
        extensions: { code: 'UNAVAILABLE' },
      })
  }
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0
}

/**
 * Everything that was acknowledged is there, once, and comes to its end by itself: in the rows, in the archives, in
 * what is logged.
 */
export async function expectWhole(
  { acknowledged }: Load,
  ask: <R>(work: (sql: Sql) => Promise<R>) => Promise<R>,
  cwd: string,
): Promise<void> {
  await eventually(
    async () =>
      expect(
        await ask((sql) => sql`select id, transitioning_message from snapshot where state <> 'created'`),
      ).toEqual([]),
    60_000,
  )
  const rows = await ask(
    (sql) => sql<{ id: string; name: string; uuid: string; attempt: number }[]>`
    select id, name, uuid, attempt from snapshot`,
  )
  expect(rows.map(({ name, id }) => `${name} 1s${id}`).sort()).toEqual(
    [...acknowledged].map((pair) => pair.join(' ')).sort(),
  )
  // What was lost with its connection counts as an attempt; nothing else does.
  for (const { attempt } of rows) expect(attempt).toBeLessThanOrEqual(2)
  const files = archives(join(cwd, 'data/snapshots')).map((path) => path.split('/')[1])
  expect(files.sort()).toEqual(rows.map(({ uuid }) => `${uuid}.tar.gz`).sort())
}

/** Who listens to notifications: found again by what its connection has done last. */
export const expectListening = (ask: <R>(work: (sql: Sql) => Promise<R>) => Promise<R>) =>
  eventually(async () =>
    expect(
      await ask(
        (sql) => sql`
        select from pg_stat_activity where application_name = 'snapshot-gateway' and query like 'listen %'`,
      ),
    ).toHaveLength(1),
  )

const oneDisk = 'backups go to the disk that they protect: set BACKUP_TARGET to another'

/** What the log says of an outage: its beginning and its end, once for each that uses the database. */
export async function expectOutageToldOnce(gateway: GatewayProcess): Promise<void> {
  const told = () =>
    tally(
      gateway.log.filter(({ level, msg }) => level >= 40 || /again$|is back/.test(msg)),
      ({ msg }) => msg,
    )
  const { [oneDisk]: _, ...lines } = await eventually(() => {
    const lines = told()
    for (const who of ['requests', 'work and upkeep'])
      expect(lines).toMatchObject({
        [`the database is away for ${who}`]: 1,
        [`the database is back for ${who}`]: 1,
      })
    return lines
  })
  const may = [
    /^the database is (away|back) for /,
    /^the worker (cannot claim work; it keeps trying|reaches the database again)$/,
    /^deadlines (cannot be checked; it keeps trying|are checked again)$/,
    /^events (cannot be put into the history; it keeps trying|come into the history again)$/,
    /^the history (cannot be followed; it keeps trying|is followed again)$/,
    /^the embedded database (has died; starting it again|is back)$/,
  ]
  for (const [line, count] of Object.entries(lines)) {
    expect(
      may.some((pattern) => pattern.test(line)),
      line,
    ).toBe(true)
    expect([line, count]).toEqual([line, 1])
  }
}
