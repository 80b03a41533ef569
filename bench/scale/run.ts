import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { AccountScope } from '../../src/database/account-scope.ts'
import type { Database } from '../../src/database/database.ts'
import { stopAll } from '../processes.ts'
import { textTable } from '../report/table.ts'
import { median } from '../start/statistics.ts'
import { inTemporaryFolder } from '../start/temporary-folder.ts'
import { timeClaims } from './claims.ts'
import { type Question, questions, type Subject } from './lists.ts'
import { openScalePlace, type ScalePlace, type Size } from './place.ts'

// Whether lists and claims cost the same with ten million snapshots as with ten thousand.
// SCALE_SNAPSHOTS: another number than ten million; SCALE_DIR: a folder in which the databases are kept.

const snapshots = Number(process.env.SCALE_SNAPSHOTS || 10_000_000)
const small: Size = { accounts: 10, volumes: 100, snapshots: 10_000 }
const large: Size = { accounts: Math.max(10, snapshots / 10_000), volumes: snapshots / 100, snapshots }
/** Of each question; the first quarter only warms up. */
const turns = 80

/** Asks two databases the same in turns, so that what else the machine does meanwhile is in both: median milliseconds. */
async function timesOf(
  [few, many]: readonly [Question, Question],
  scopes: readonly [AccountScope, AccountScope],
): Promise<[number, number]> {
  const times: [number[], number[]] = [[], []]
  for (let turn = 0; turn < turns; turn++) {
    times[0].push(await timed(() => few.ask(scopes[0], turn)))
    times[1].push(await timed(() => many.ask(scopes[1], turn)))
    // It is not flat, and three times tell as much.
    if (turn === 2 && Number(times[1].at(-1)) > 1000) break
  }
  return [medianOf(times[0]), medianOf(times[1])]
}

function medianOf(times: readonly number[]): number {
  return median(times.length < turns ? times : times.slice(turns / 4))
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return performance.now() - began
}

async function subjectOf({ client }: Database): Promise<Subject> {
  const volumes = await client`select id from volume where account_id = 1 order by id limit 20` // often enough to be warm
  const rows = await client`
    select id from snapshot where account_id = 1 and id in (
      select (min(id) + (max(id) - min(id)) * n / 200) from snapshot, generate_series(0, 199) n where account_id = 1 group by n)`
  const [names] = await client`
    select min(name) filter (where name like 'nightly-%') as day, min(name) filter (where name like 'before-%') as own
    from (select name from snapshot where account_id = 1 and state = 'created' order by created desc limit 5000) s`
  const [middle] = await client`
    select to_char(min(created) + (max(created) - min(created)) / 2, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as time
    from snapshot where account_id = 1`
  return {
    volumeIds: volumes.map(({ id }) => BigInt(id)),
    ids: rows.map(({ id }) => BigInt(id)),
    dayName: names?.day,
    ownName: names?.own,
    middle: middle?.time,
  }
}

async function measure(few: ScalePlace, many: ScalePlace): Promise<string> {
  const rows: string[][] = []
  const add = (name: string, [few, many]: readonly [number, number]) =>
    rows.push([name, few.toFixed(2), many.toFixed(2), (many / few).toFixed(2)])
  const [ofFew, ofMany] = [
    questions(await subjectOf(few.database)),
    questions(await subjectOf(many.database)),
  ]
  for (const [index, question] of ofFew.entries()) {
    tell(question.name)
    const same = ofMany[index] as Question
    const name = question.isFlat ? question.name : `${question.name} (not flat)`
    add(name, await timesOf([question, same], [few.scope, many.scope]))
  }
  tell('claims')
  const due = Math.min(100_000, snapshots / 10)
  const claims = [
    await timeClaims(few.database, 100, turns),
    await timeClaims(many.database, due, turns),
  ] as const
  add(`a claim, of 100 due and of ${due.toLocaleString('en')}`, claims)
  return textTable(['milliseconds', '10,000', snapshots.toLocaleString('en'), 'ratio'], rows)
}

async function run(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true })
  const open: ScalePlace[] = []
  try {
    for (const [name, size] of [
      ['small', small],
      ['large', large],
    ] as const) {
      tell(`${size.snapshots} snapshots are seeded, where they are not there`)
      open.push(await openScalePlace(join(folder, name), size))
    }
    const [few, many] = open as [ScalePlace, ScalePlace]
    process.stdout.write(`${await measure(few, many)}\n`)
  } finally {
    for (const { close } of open) await close()
  }
}

function tell(what: string): void {
  process.stderr.write(`${what}\n`)
}

const { SCALE_DIR: kept } = process.env
try {
  await (kept ? run(resolve(kept)) : inTemporaryFolder(run))
} finally {
  await stopAll()
}
